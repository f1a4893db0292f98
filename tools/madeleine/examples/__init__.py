"""What a camera was taught, on the host: looked at, kept, merged, given to other cameras."""
