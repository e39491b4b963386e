package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// usage is what a process has used: processor time of all its threads, memory in bytes.
type usage struct {
	cpu    time.Duration
	memory int64
}

// tick is the unit of processor time in /proc (proc(5)); Linux has had 100 to a second on every machine.
const tick = 10 * time.Millisecond

// usageOf reads /proc; what cannot be read is 0.
func usageOf(pid int) (u usage) {
	if pid == 0 {
		return u
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u
	}
	// The second field is a name in brackets, which may hold spaces; times are the 14th and 15th.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) > 21 {
		user, _ := strconv.ParseInt(fields[11], 10, 64)
		system, _ := strconv.ParseInt(fields[12], 10, 64)
		pages, _ := strconv.ParseInt(fields[21], 10, 64)
		u.cpu, u.memory = time.Duration(user+system)*tick, pages*int64(os.Getpagesize())
	}
	return u
}

// machine names the processor and its cores.
func machine() string {
	model, cores := runtime.GOARCH, 0 // all cores, not only those that this process may use
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		switch name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) {
		case "model name":
			model = strings.TrimSpace(value)
		case "processor":
			cores++
		}
	}
	return fmt.Sprintf("%s, %d cores, %s", model, max(cores, 1), runtime.Version())
}
