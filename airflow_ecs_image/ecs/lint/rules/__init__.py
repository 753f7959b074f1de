"""The rules, one family of traps a file; each says what it finds, what is seen when it strikes, and the mend."""
