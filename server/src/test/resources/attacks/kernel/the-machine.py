# What only the machine's owner may do: modules, restart, clock, names, swap, ports.
text = address(b'evil')
time_of_day = address(struct.pack('qq', 0, 0))
result = outcomes({
    'init_module': lambda: syscall(175, text, 4, text),
    'finit_module': lambda: syscall(313, 0, text, 0),
    'delete_module': lambda: syscall(176, text, 0),
    'kexec_load': lambda: syscall(246, 0, 0, 0, 0),
    'reboot': lambda: syscall(169, 0xfee1dead, 672274793, 0, 0),
    'settimeofday': lambda: syscall(164, time_of_day, 0),
    'clock_settime': lambda: syscall(227, 0, time_of_day),
    'adjtimex': lambda: syscall(159, address(struct.pack('I', 1) + bytes(300))),
    'sethostname': lambda: syscall(170, text, 4),
    'setdomainname': lambda: syscall(171, text, 4),
    'swapon': lambda: syscall(167, text, 0),
    'swapoff': lambda: syscall(168, text),
    'acct': lambda: syscall(163, text),
    'syslog': lambda: syscall(103, 3, text, 4),
    'quotactl': lambda: syscall(179, 0, text, 0, 0),
    'iopl': lambda: syscall(172, 3),
    'ioperm': lambda: syscall(173, 0, 10, 1),
    'vhangup': lambda: syscall(153),
    'fanotify_init': lambda: syscall(300, 0, 0),
    'lookup_dcookie': lambda: syscall(212, 0, text, 4),
})
