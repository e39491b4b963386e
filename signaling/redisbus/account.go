package redisbus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"salon/signaling"
)

const (
	accountBatch = 500 // accounts in one script: others wait meanwhile
	keptLife     = 24 * time.Hour
	keptKey      = "salon:{accounts}:kept"
	nodesKey     = "salon:{accounts}:nodes"
)

// Attend implements signaling.Accounts.
func (b *Bus) Attend(ctx context.Context, accounts []string) ([]string, error) {
	if err := keptScript.Run(ctx, b.client, []string{keptKey}, keptLife.Milliseconds()).Err(); err != nil {
		return nil, fmt.Errorf("note who is connected: %w", err)
	}
	nodes, err := b.accounts(ctx, "attend", b.life, accounts)
	if err != nil {
		return nil, err
	}
	return without(accounts, nodes), nil
}

// Quit implements signaling.Accounts.
func (b *Bus) Quit(ctx context.Context, accounts []string) ([]string, error) {
	nodes, err := b.accounts(ctx, "quit", 0, accounts)
	if err != nil {
		return nil, err
	}
	return without(accounts, nodes), nil
}

// Online implements signaling.Accounts.
func (b *Bus) Online(ctx context.Context, accounts []string) (map[string]bool, error) {
	kept, err := keptScript.Run(ctx, b.client, []string{keptKey}, "").Int64()
	if err != nil {
		return nil, fmt.Errorf("ask who is connected: %w", err)
	}
	nodes, err := b.accounts(ctx, "count", 0, accounts)
	if err != nil {
		return nil, err
	}
	settled := kept >= signaling.PresenceSettles.Milliseconds()
	online := make(map[string]bool, len(accounts))
	for i, account := range accounts {
		online[account] = nodes[i] > 0
		if !settled && nodes[i] == 0 {
			return nil, signaling.ErrUnknown
		}
	}
	return online, nil
}

// accounts runs the script for some accounts at a time and gives its answers in
// order.
func (b *Bus) accounts(ctx context.Context, what string, life time.Duration, accounts []string) ([]int64, error) {
	nodes := make([]int64, 0, len(accounts))
	for some := range slices.Chunk(accounts, accountBatch) {
		args := []any{what, life.Milliseconds(), b.node}
		for _, account := range some {
			args = append(args, account)
		}
		answers, err := accountScript.Run(ctx, b.client, []string{nodesKey}, args...).Int64Slice()
		if err != nil {
			return nil, fmt.Errorf("%s of %d accounts: %w", what, len(some), err)
		}
		nodes = append(nodes, answers...)
	}
	if len(nodes) != len(accounts) {
		return nil, errors.New("redis answers for other accounts")
	}
	return nodes, nil
}

// without lists the accounts that no node has.
func without(accounts []string, nodes []int64) []string {
	var none []string
	for i, account := range accounts {
		if nodes[i] == 0 {
			none = append(none, account)
		}
	}
	return none
}
