"""The mirror: documents in S3-compatible storage, fetched into a folder of this machine."""
