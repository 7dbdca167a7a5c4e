# Takes another account, or capabilities.
header = address(struct.pack('Ii', 0x20080522, 0))
all_of_them = address(b'\xff' * 24)
result = outcomes({
    'setuid': lambda: os.setuid(0),
    'setresuid': lambda: os.setresuid(0, 0, 0),
    'setgid': lambda: os.setgid(0),
    'setgroups': lambda: os.setgroups([0]),
    'capset': lambda: syscall(126, header, all_of_them),
    'ambient': lambda: syscall(157, 47, 2, 21, 0, 0) and None,
    'securebits': lambda: syscall(157, 28, 0x2f),
}, also=('EINVAL',))
