"""What an image weighs, what its pull into an empty store takes, and what a build again costs."""
