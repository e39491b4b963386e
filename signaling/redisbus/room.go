package redisbus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"salon/signaling"
)

func roomKey(room, what string) string { return "salon:room:{" + room + "}:" + what }

// Arrive implements signaling.Presence.
func (b *Bus) Arrive(ctx context.Context, room string, people []string) (int, error) {
	return b.presence(ctx, room, "arrive", signaling.PresenceTTL, people)
}

// Depart implements signaling.Presence.
func (b *Bus) Depart(ctx context.Context, room string, people []string) (int, error) {
	return b.presence(ctx, room, "depart", 0, people)
}

// Count implements signaling.Presence.
func (b *Bus) Count(ctx context.Context, room string) (int, error) {
	return b.presence(ctx, room, "count", 0, nil)
}

func (b *Bus) presence(ctx context.Context, room, what string, life time.Duration, people []string) (int, error) {
	args := make([]any, 0, len(people)+2)
	args = append(args, what, life.Milliseconds())
	for _, who := range people {
		args = append(args, who)
	}
	count, err := presenceScript.Run(ctx, b.client, []string{roomKey(room, "people")}, args...).Int()
	if err != nil {
		return 0, fmt.Errorf("presence in %s: %w", room, err)
	}
	return count, nil
}

func generationKey(room, account string) string { return roomKey(room, "generation:"+account) }

// Raise implements signaling.Generations.
func (b *Bus) Raise(ctx context.Context, room, account string, generation int64) error {
	err := raiseScript.Run(ctx, b.client, []string{generationKey(room, account)},
		generation, signaling.GenerationTTL.Milliseconds()).Err()
	if err != nil {
		return fmt.Errorf("raise generation in %s: %w", room, err)
	}
	return nil
}

// Generation implements signaling.Generations.
func (b *Bus) Generation(ctx context.Context, room, account string) (int64, bool, error) {
	generation, err := b.client.Get(ctx, generationKey(room, account)).Int64()
	switch {
	case errors.Is(err, redis.Nil):
		return 0, false, nil
	case err != nil:
		return 0, false, fmt.Errorf("generation in %s: %w", room, err)
	}
	return generation, true, nil
}

// Hold implements signaling.Leases.
func (b *Bus) Hold(ctx context.Context, room string) (int64, error) {
	fence, err := holdScript.Run(ctx, b.client, []string{roomKey(room, "lease"), roomKey(room, "fence")},
		b.node, signaling.LeaseTTL.Milliseconds(), fenceLife.Milliseconds()).Int64()
	switch {
	case err != nil:
		return 0, fmt.Errorf("hold %s: %w", room, err)
	case fence == 0:
		return 0, signaling.ErrElsewhere
	}
	return fence, nil
}

// Release implements signaling.Leases.
func (b *Bus) Release(ctx context.Context, room string) error {
	if err := releaseScript.Run(ctx, b.client, []string{roomKey(room, "lease")}, b.node).Err(); err != nil {
		return fmt.Errorf("release %s: %w", room, err)
	}
	return nil
}
