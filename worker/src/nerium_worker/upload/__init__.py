"""Uploaded files as frames whose values are those of the file, or a failure that says where they are not."""
