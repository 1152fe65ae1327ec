"""What the portal costs, in ratios measured in one run: `make bench`."""
