"""Lists of people as files: masked for every reader; in clear for a stated reason, recorded, numbered and watermarked."""
