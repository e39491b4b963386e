package main

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// composed is what is read of docker-compose.yml; nothing here starts it.
type composed struct {
	Services map[string]struct {
		Image       string
		Build       string
		DependsOn   yaml.Node         `yaml:"depends_on"`
		Environment map[string]string `yaml:"environment"`
		Volumes     []string          `yaml:"volumes"`
		Networks    []string          `yaml:"networks"`
		Ports       []string          `yaml:"ports"`
	}
	Networks map[string]any
	Volumes  map[string]any
}

// blank is a variable of the compose file: ${NAME}, ${NAME:-otherwise} or ${NAME:?why}.
var blank = regexp.MustCompile(`\$\{(\w+)(?::([-?])([^}]*))?\}`)

// TestTheComposeFileHoldsTogether reads docker-compose.yml: what one part names the
// other has, and the settings of Salon are settings that it takes.
func TestTheComposeFileHoldsTogether(t *testing.T) {
	file, err := os.ReadFile(root("docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var c composed
	if err := yaml.Unmarshal(file, &c); err != nil {
		t.Fatal(err)
	}
	for name, s := range c.Services {
		if (s.Image == "") == (s.Build == "") {
			t.Errorf("%s: an image or a build, and not both", name)
		}
		for _, other := range waitedFor(s.DependsOn) {
			if _, ok := c.Services[other]; !ok {
				t.Errorf("%s waits for %s, which there is not", name, other)
			}
		}
		for _, network := range s.Networks {
			if _, ok := c.Networks[network]; !ok {
				t.Errorf("%s is in network %s, which there is not", name, network)
			}
		}
		for _, volume := range s.Volumes {
			from, _, _ := strings.Cut(volume, ":")
			_, ok := c.Volumes[from]
			if strings.HasPrefix(from, "./") {
				_, err := os.Stat(root(from))
				ok = err == nil
			}
			if !ok {
				t.Errorf("%s: %s is neither a volume nor a file here", name, from)
			}
		}
	}

	salon := c.Services["salon"]
	given := map[string]string{
		"SALON_HOST": "salon.example.org", "SALON_MEDIA_IP": "203.0.113.7",
		"SALON_SMTP": "smtp://u:p@mail.example.org:587?from=fair@example.org",
	}
	known := settings()
	for name, value := range salon.Environment {
		if !slices.Contains(known, name) {
			t.Errorf("%s is no setting of Salon", name)
		}
		t.Setenv(name, blank.ReplaceAllStringFunc(value, func(b string) string {
			part := blank.FindStringSubmatch(b)
			if v := given[part[1]]; v != "" || part[2] != "-" {
				return v
			}
			return part[3]
		}))
	}
	config := parsed(t, "--data", t.TempDir())
	if err := config.check(); err != nil {
		t.Errorf("Salon does not start with these settings: %v", err)
	}
	if config.TURNTLS != off {
		t.Error("the relay over TLS is on though nobody asked for it")
	}
	for _, port := range []string{"7882:7882/udp", "7882:7882/tcp", "3478:3478/udp", "3478:3478/tcp", "5349:5349/tcp"} {
		if !slices.Contains(salon.Ports, port) {
			t.Errorf("port %s is not let through", port)
		}
	}
}

// waitedFor reads depends_on, a list or a table.
func waitedFor(n yaml.Node) []string {
	var list []string
	if n.Decode(&list) == nil {
		return list
	}
	table := map[string]any{}
	_ = n.Decode(&table) // neither: nothing is waited for
	for name := range table {
		list = append(list, name)
	}
	return list
}

// settings are the names of the environment that Config reads.
func settings() []string {
	var names []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if name := field.Tag.Get("env"); name != "" {
			names = append(names, name)
		}
	}
	return names
}
