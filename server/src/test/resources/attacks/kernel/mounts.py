# CVE-2021-41133 (Flatpak) and CVE-2022-0185: mounts, by the old calls and by the new ones that lists of refusals forgot.
text = address(b'/tmp')
kind = address(b'tmpfs')
result = outcomes({
    'mount': lambda: syscall(165, kind, text, kind, 0, 0),
    'remount': lambda: syscall(165, kind, address(b'/job/data'), kind, 32 | 4096, 0),
    'umount': lambda: syscall(166, address(b'/job/data'), 2),
    'pivot_root': lambda: syscall(155, text, text),
    'open_tree': lambda: syscall(428, -100, text, 1),
    'move_mount': lambda: syscall(429, -100, text, -100, text, 0),
    'fsopen': lambda: syscall(430, kind, 0),
    'fsconfig': lambda: syscall(431, 0, 0, 0, 0, 0),
    'fsmount': lambda: syscall(432, 0, 0, 0),
    'fspick': lambda: syscall(433, -100, text, 0),
    'mount_setattr': lambda: syscall(442, -100, text, 0, text, 32),
    'chroot': lambda: syscall(161, text),
    'statmount': lambda: syscall(457, 0, 0, 0, 0),
    'listmount': lambda: syscall(458, 0, 0, 0, 0),
})
