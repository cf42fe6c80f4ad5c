"""Turn values into words that a voice reads rightly, in Chinese and in English."""
