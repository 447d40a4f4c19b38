"""Project package: settings, addresses, the home page, and the demonstration that ties the rooms together."""
