package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"salon/cmd/salon/client"
)

// signIn is `salon sign-in`: the way of a program to a token.
type signIn struct {
	server
	Mail string `arg:"" help:"The mail address of the account."`
}

// Run has a code sent, asks for it, and prints the token alone on the standard
// output; what is said to a person goes to the standard error.
func (s *signIn) Run(ctx context.Context) error {
	c, err := client.New(s.URL, "", s.Lang)
	if err != nil {
		return err
	}
	token, err := s.exchange(ctx, c, os.Stdin, os.Stderr)
	if err != nil {
		return err
	}
	fmt.Println(token)
	return nil
}

// exchange asks for the code until one is right or the server takes no more,
// then for the second factor of those who have one.
func (s *signIn) exchange(ctx context.Context, c *client.Client, from io.Reader, to io.Writer) (token string, err error) {
	if err := c.RequestCode(ctx, s.Mail); err != nil {
		return "", err
	}
	lines := bufio.NewScanner(from)
	in, err := ask(lines, to, "Code sent to "+s.Mail, func(code string) (client.SignedIn, error) { return c.SignIn(ctx, s.Mail, code) })
	if err == nil && in.Lacks == "factor" {
		half := in.Token
		in, err = ask(lines, to, "Code of your authenticator app", func(code string) (client.SignedIn, error) { return c.Prove(ctx, half, code) })
	}
	if err == nil && in.Lacks != "" {
		return "", fmt.Errorf("this account must set up a second factor first: sign in at %s/sign-in with a browser", s.URL)
	}
	return in.Token, err
}

// ask reads codes until one is right.
func ask(lines *bufio.Scanner, to io.Writer, what string, try func(code string) (client.SignedIn, error)) (client.SignedIn, error) {
	for {
		fmt.Fprintf(to, "%s: ", what)
		if !lines.Scan() {
			return client.SignedIn{}, errors.Join(errors.New("no code was given"), lines.Err())
		}
		in, err := try(strings.TrimSpace(lines.Text()))
		refused, ok := errors.AsType[*client.Problem](err)
		if !ok || refused.Field != "code" {
			return in, err
		}
		fmt.Fprintln(to, refused.Detail)
	}
}
