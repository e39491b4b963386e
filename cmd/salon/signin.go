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

// exchange asks for the code until one is right or the server takes no more.
func (s *signIn) exchange(ctx context.Context, c *client.Client, from io.Reader, to io.Writer) (token string, err error) {
	if err := c.RequestCode(ctx, s.Mail); err != nil {
		return "", err
	}
	for lines := bufio.NewScanner(from); ; {
		fmt.Fprintf(to, "Code sent to %s: ", s.Mail)
		if !lines.Scan() {
			return "", errors.Join(errors.New("no code was given"), lines.Err())
		}
		token, err := c.SignIn(ctx, s.Mail, strings.TrimSpace(lines.Text()))
		refused, ok := errors.AsType[*client.Problem](err)
		if !ok || refused.Field != "code" {
			return token, err
		}
		fmt.Fprintln(to, refused.Detail)
	}
}
