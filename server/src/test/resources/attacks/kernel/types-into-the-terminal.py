# CVE-2017-5226 (bubblewrap), CVE-2019-7303 (snapd), CVE-2023-28100 (Flatpak): types commands into the terminal behind it.
letter = address(b'x')
def own_terminal(request):
    def act():
        master, slave = os.openpty()
        os.setsid() if os.getpid() != os.getsid(0) else None
        return syscall(16, slave, request, letter)
    return act
result = outcomes({
    **{f'TIOCSTI {number}': lambda number=number: syscall(16, number, 0x5412, letter) for number in (0, 1, 2)},
    **{f'TIOCSTI {number} past 32 bits': lambda number=number: syscall(16, number, 0x5412 | 1 << 32, letter) for number in (0, 1, 2)},
    'TIOCLINUX': lambda: syscall(16, 0, 0x541C, letter),
    'terminal': lambda: os.open('/dev/tty', os.O_RDWR),
    'console': lambda: os.open('/dev/console', os.O_RDWR),
    'own': own_terminal(0x5412),
    'own, past 32 bits': own_terminal(0x5412 | 1 << 32),
}, also=('ENOTTY', 'EIO', 'EINVAL'))
