package redisbus

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"salon/signaling"
)

func topicKeys(topic string) []string {
	return []string{"salon:topic:{" + topic + "}:position", "salon:topic:{" + topic + "}:log"}
}

// Publish implements signaling.Topics.
func (b *Bus) Publish(ctx context.Context, topic string, body []byte) (signaling.Position, error) {
	if topic == "" || strings.ContainsAny(topic, " {}") {
		return signaling.Position{}, fmt.Errorf("publish: %q is not a topic", topic)
	}
	answer, err := publishScript.Run(ctx, b.client, topicKeys(topic), random(), body, topicChannel, topic,
		signaling.HistoryCount, signaling.HistoryBytes, signaling.HistoryAge.Milliseconds(), positionLife.Milliseconds()).Slice()
	if err != nil {
		return signaling.Position{}, fmt.Errorf("publish: %w", err)
	}
	return position(answer)
}

// Since implements signaling.Topics.
func (b *Bus) Since(ctx context.Context, topic string, from signaling.Position) ([]signaling.Publication, signaling.Position, bool, error) {
	answer, err := sinceScript.Run(ctx, b.client, topicKeys(topic), random(), positionLife.Milliseconds(),
		signaling.HistoryAge.Milliseconds()).Slice()
	if err != nil {
		return nil, signaling.Position{}, false, fmt.Errorf("read topic: %w", err)
	}
	now, err := position(answer)
	switch {
	case err != nil:
		return nil, now, false, err
	case from.Epoch == "":
		return nil, now, false, nil
	case from.Epoch != now.Epoch || from.Offset > now.Offset:
		return nil, now, true, nil
	}
	missed, err := entries(topic, now.Epoch, from.Offset, answer)
	if err != nil {
		return nil, now, false, err
	}
	if int64(len(missed)) < now.Offset-from.Offset {
		return nil, now, true, nil
	}
	return missed, now, false, nil
}

// position reads epoch and offset, with which both scripts' answers begin.
func position(answer []any) (signaling.Position, error) {
	if len(answer) >= 2 {
		epoch, ok := answer[0].(string)
		offset, ok2 := answer[1].(int64)
		if ok && ok2 {
			return signaling.Position{Epoch: epoch, Offset: offset}, nil
		}
	}
	return signaling.Position{}, errors.New("redis answers no position")
}

// entries reads what is kept of a topic beyond an offset.
func entries(topic, epoch string, after int64, answer []any) ([]signaling.Publication, error) {
	kept, _ := answer[len(answer)-1].([]any)
	var missed []signaling.Publication
	for _, entry := range kept {
		text, _ := entry.(string)
		parts := strings.SplitN(text, " ", 3)
		offset, err := strconv.ParseInt(parts[0], 10, 64)
		if err != nil || len(parts) < 3 {
			return nil, errors.New("redis answers no history")
		}
		if offset > after {
			missed = append(missed, signaling.Publication{
				Topic: topic, Position: signaling.Position{Epoch: epoch, Offset: offset}, Body: []byte(parts[2]),
			})
		}
	}
	return missed, nil
}

// publication reads what publish.lua sends: topic, epoch, offset, body.
func (b *Bus) publication(r signaling.Receiver, payload string) {
	parts := strings.SplitN(payload, " ", 4)
	if len(parts) == 4 {
		if offset, err := strconv.ParseInt(parts[2], 10, 64); err == nil {
			r.Publication(signaling.Publication{
				Topic: parts[0], Position: signaling.Position{Epoch: parts[1], Offset: offset}, Body: []byte(parts[3]),
			})
			return
		}
	}
	b.log.Error("publication not understood")
}
