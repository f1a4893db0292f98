"""The docs site: pages from all over the repository, a reference made of the parsers, pictures made by commands."""
