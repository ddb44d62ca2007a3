// Package sorting sorts entries by the bytes of their keys, outside of memory: as many as fit into a
// buffer are sorted and kept in a temporary file, and all such runs are merged when the last entry
// was added.
package sorting
