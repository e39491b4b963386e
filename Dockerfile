# Builds the frontend, then the binary, and keeps the binary.
FROM node:22-bookworm-slim AS frontend
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci
COPY frontend ./
RUN npm run build

FROM golang:1.26-bookworm AS binary
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=frontend /src/frontend/dist frontend/dist
RUN CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o /salon ./cmd/salon \
	&& mkdir /data

FROM scratch
COPY --from=binary /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=binary /salon /salon
COPY --from=binary --chown=65532:65532 /data /data
USER 65532
VOLUME /data
ENV SALON_DATA=/data
EXPOSE 8080/tcp 7882/udp 7882/tcp 3478/udp 3478/tcp
ENTRYPOINT ["/salon"]
CMD ["serve"]
