package limits

// LogDays are the numbers of days for which CloudWatch Logs keeps a log ("PutRetentionPolicy",
// Amazon CloudWatch Logs API Reference).
func LogDays() []int {
	return []int{
		1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
	}
}
