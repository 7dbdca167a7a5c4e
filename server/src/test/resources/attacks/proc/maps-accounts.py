# Maps itself to root, after the fact.
result = outcomes({
    'uid_map': lambda: open('/proc/self/uid_map', 'w', buffering=1).write('0 0 1\n'),
    'gid_map': lambda: open('/proc/self/gid_map', 'w', buffering=1).write('0 0 1\n'),
    'setgroups': lambda: open('/proc/self/setgroups', 'w', buffering=1).write('allow\n'),
    'loginuid': lambda: open('/proc/self/loginuid', 'w', buffering=1).write('0\n'),
    'attr': lambda: open('/proc/self/attr/current', 'w', buffering=1).write('unconfined\n'),
}, also=('EINVAL',))
