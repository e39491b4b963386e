// Command salon serves online recruitment fairs.
package main

func main() {}
