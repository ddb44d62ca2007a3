package config

import (
	"slices"
	"time"

	"batchjobwithlambda/stacks/limits"
)

// Inventory is how often S3 makes an inventory of the input.
type Inventory string

const (
	// NoInventory makes none: a run can list ten million objects in a minute or two.
	NoInventory Inventory = ""
	// Daily and Weekly keep each inventory for 30 days; the first comes within 48 hours.
	Daily  Inventory = "daily"
	Weekly Inventory = "weekly"
)

// inventoryLimit leaves time to read, and to add up, a hundred million objects of an inventory.
const inventoryLimit = limits.MaxFunctionLimit

// FunctionLimit is how long each of the two functions may take.
func (p Pipeline) FunctionLimit() time.Duration {
	if p.Inventory == Daily || p.Inventory == Weekly {
		return inventoryLimit
	}
	return listingLimit
}

func (v *validator) checkInventory(p Pipeline) {
	v.check(slices.Contains([]Inventory{NoInventory, Daily, Weekly}, p.Inventory), "Inventory", p.Inventory,
		oneOf(Daily, Weekly)+", or none")
	v.check(p.Inventory == NoInventory || p.Input.Bucket == "", "Inventory", p.Inventory,
		"none, because the inventories of an existing bucket are its owner's to set up")
}
