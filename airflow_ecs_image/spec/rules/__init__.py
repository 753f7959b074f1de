"""What each value of the image spec may be: one idea a file, each rule raises `Refused`."""
