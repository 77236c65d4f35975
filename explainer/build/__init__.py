"""What is made from the catalogue at build time; the only part of the project that needs third-party packages."""
