"""A real Asterisk on the laptop and in tests: Debian's packages in a folder, run with the sample configuration."""
