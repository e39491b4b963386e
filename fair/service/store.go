package service

// Stores are the stores the use cases need. The interfaces are small and
// stand beside the use cases that use them; mongostore implements all.
type Stores struct{}
