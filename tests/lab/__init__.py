"""The lab: real servers, broken in known ways, and what they really send and log."""
