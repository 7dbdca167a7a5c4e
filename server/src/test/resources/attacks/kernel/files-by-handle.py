# "Shocker" (Docker, 2014): opens files by their number in the file system, past every mount.
handle = address(struct.pack('IiQQ', 8, 1, 2, 0) + bytes(128))
identity = address(bytes(8))
result = outcomes({
    'name_to_handle_at': lambda: syscall(303, -100, address(b'/usr'), handle, identity, 0),
    'open_by_handle_at': lambda: syscall(304, os.open('/usr', os.O_RDONLY), handle, os.O_RDONLY),
})
