# Makes a user namespace, in which it would be root, or enters the namespaces of others.
def forked(number, *arguments):
    def act():
        if syscall(number, *arguments) == 0:
            os._exit(0)
        return 'a namespace'
    return act
kinds = {'user': 0x10000000, 'mount': 0x20000, 'net': 0x40000000, 'pid': 0x20000000, 'ipc': 0x8000000, 'uts': 0x4000000,
         'cgroup': 0x2000000}
clone3 = address(struct.pack('11Q', kinds['user'], 0, 0, 0, signal.SIGCHLD, 0, 0, 0, 0, 0, 0))
result = outcomes({
    **{f'unshare {kind}': lambda flag=flag: syscall(272, flag) for kind, flag in kinds.items()},
    'clone': forked(56, kinds['user'] | signal.SIGCHLD, 0, 0, 0, 0),
    'clone3': forked(435, clone3, 88),
    **{f'setns {kind}': lambda kind=kind: syscall(308, os.open(f'/proc/1/ns/{kind}', os.O_RDONLY), 0)
       for kind in ('user', 'mnt', 'net')},
    'setns own': lambda: syscall(308, os.open('/proc/self/ns/user', os.O_RDONLY), 0),
}, also=('ENOSPC',))
