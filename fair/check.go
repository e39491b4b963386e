package fair

import "time"

// Check is what came of trying camera, microphone and network for one interview,
// on the device of the candidate.
type Check struct {
	Camera     DeviceState  `bson:"camera"`
	Microphone DeviceState  `bson:"microphone"`
	Network    NetworkState `bson:"network"`
	At         time.Time    `bson:"at"`
}

// DeviceState is how a camera or a microphone does.
type DeviceState string

// The states of a device.
const (
	DeviceOK      DeviceState = "ok"
	DeviceMissing DeviceState = "missing"
	DeviceRefused DeviceState = "refused" // by the person or the browser
)

// NetworkState is how a network does for an interview by video.
type NetworkState string

// The states of a network.
const (
	NetworkGood NetworkState = "good"
	NetworkFair NetworkState = "fair"
	NetworkPoor NetworkState = "poor"
	NetworkNone NetworkState = "none"
)

// Suggests is the channel that serves these devices best: by phone where there is
// no microphone, or too little network for a picture.
func (c Check) Suggests() Channel {
	if c.Microphone != DeviceOK || c.Network == NetworkPoor || c.Network == NetworkNone {
		return Phone
	}
	return Video
}

// Valid refuses states that do not exist.
func (c Check) Valid() error {
	for field, d := range map[string]DeviceState{"camera": c.Camera, "microphone": c.Microphone} {
		if d != DeviceOK && d != DeviceMissing && d != DeviceRefused {
			return Refuse(field, "check.device")
		}
	}
	switch c.Network {
	case NetworkGood, NetworkFair, NetworkPoor, NetworkNone:
		return nil
	}
	return Refuse("network", "check.network")
}
