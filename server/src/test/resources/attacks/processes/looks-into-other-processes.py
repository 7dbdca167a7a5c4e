# CVE-2016-8659 (bubblewrap): traces the program that set the sandbox up, or reads its memory.
buffer = address(b'x' * 64)
vector = address(struct.pack('QQ', buffer, 64))
result = outcomes({
    'trace me': lambda: syscall(101, 0, 0, 0, 0),
    'attach to 1': lambda: syscall(101, 16, 1, 0, 0),
    'seize 1': lambda: syscall(101, 0x4206, 1, 0, 0),
    'attach to the server': lambda: syscall(101, 16, server, 0, 0),
    'read of 1': lambda: syscall(310, 1, vector, 1, vector, 1, 0),
    'write to 1': lambda: syscall(311, 1, vector, 1, vector, 1, 0),
    'compare': lambda: syscall(312, 1, 2, 0, 0, 0),
    'steal a descriptor': lambda: syscall(438, 3, 0, 0),
    'advise': lambda: syscall(440, 3, vector, 1, 21, 0),
})
