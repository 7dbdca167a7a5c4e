# Calls that no worker needs, and that had bugs to climb through.
text = address(bytes(64))
result = outcomes({
    'modify_ldt': lambda: syscall(154, 0, text, 64),
    'personality': lambda: syscall(135, 0x0040000),
    'move_pages': lambda: syscall(279, 1, 0, 0, 0, 0, 0),
    'migrate_pages': lambda: syscall(256, 1, 8, text, text),
    'remap_file_pages': lambda: syscall(216, 0, 0, 0, 0, 0),
    'vmsplice': lambda: syscall(278, 1, text, 0, 0),
    'uselib': lambda: syscall(134, text),
    'ustat': lambda: syscall(136, 0, text),
    'sysfs': lambda: syscall(139, 3, 0, 0),
    'nfsservctl': lambda: syscall(180, 0, 0, 0),
    'set_mempolicy_home_node': lambda: syscall(450, 0, 0, 0, 0),
    'pidfd_getfd': lambda: syscall(438, 0, 0, 0),
    'quotactl_fd': lambda: syscall(443, 0, 0, 0, 0),
    'cachestat': lambda: syscall(451, 0, 0, 0, 0),
    'lsm_list_modules': lambda: syscall(461, 0, 0, 0),
})
