"""What a release hands out, made and tried."""
