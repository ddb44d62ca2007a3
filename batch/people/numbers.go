package people

import (
	"fmt"
	"math"
	"time"

	"github.com/dustin/go-humanize"
)

// Number is a number such as "12,345".
func Number(n int64) string { return humanize.Comma(n) }

// Count is a number of things, such as "1 object" or "12,345 objects".
func Count(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return Number(n) + " " + thing
}

// Size is a number of bytes, 0 or more, such as "0 B", "1.4 GiB" or "310 MiB".
func Size(bytes int64) string { return humanize.IBytes(uint64(bytes)) }

// Duration is a time such as "0.4 s", "59 s", "2 min 3 s" or "1 h 40 min".
func Duration(d time.Duration) string {
	seconds := d.Seconds()
	s := int64(math.Round(seconds))
	switch {
	case seconds < 9.95:
		return fmt.Sprintf("%.1f s", seconds)
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	default:
		return fmt.Sprintf("%d h %d min", s/3600, s%3600/60)
	}
}
