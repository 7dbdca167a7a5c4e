# CVE-2025-31133, CVE-2025-52881 (runc): links in place of what masks a file of /proc, and other ways to its name.
os.symlink('/proc/sys/kernel/core_pattern', '/tmp/link')
os.makedirs('/tmp/fake/sys/kernel', exist_ok=True)
result = outcomes({
    **writing('/tmp/link', '/proc/self/root/proc/sys/kernel/core_pattern', '/proc/1/root/proc/sys/kernel/core_pattern',
        '/proc/self/cwd/../proc/sys/kernel/core_pattern', '/proc/self/task/' + str(os.getpid()) + '/root/proc/sysrq-trigger'),
    'replace null': lambda: os.symlink('/proc/sys/kernel/core_pattern', '/dev/null'),
    'move null': lambda: os.rename('/dev/null', '/tmp/null'),
    'move proc': lambda: os.rename('/proc', '/tmp/proc'),
}, also=('EXDEV', 'EBUSY', 'EEXIST'))
