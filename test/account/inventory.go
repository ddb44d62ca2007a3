package account

import (
	"bytes"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/test/account/inventory"
)

// TakeInventory does what S3 does by itself once a day or a week: it leaves an inventory
// of the input, as it is now, and returns the address of its manifest. It must not be
// called if there is no bucket for it.
func (a *Account) TakeInventory() (contract.Address, error) {
	report := &inventory.Report{Bucket: a.Bucket, Schema: inventory.Current}
	var rows [][]string
	for _, key := range a.Store.Keys(a.Bucket, a.Settings.Input.Prefix) {
		object, _ := a.Store.Get(a.Bucket, key)
		rows = append(rows, report.Row(contract.Object{Key: key, Size: object.Size, ETag: object.ETag}))
	}
	report.Add(rows...)
	err := report.Put(func(key string, content []byte) error {
		_, err := a.Store.Put(a.Inventories, key, bytes.NewReader(content), nil)
		return err
	})
	return contract.Address{Bucket: a.Inventories, Key: report.ManifestKey()}, err
}
