# Opens the machine's devices, or makes itself nodes of them.
import stat
def node(kind, major, minor):
    return lambda: os.mknod('/tmp/node', 0o666 | kind, os.makedev(major, minor))
result = outcomes({
    **reading('/dev/sda', '/dev/vda', '/dev/nvme0n1', '/dev/dm-0', '/dev/loop-control', '/dev/loop0', '/dev/fuse', '/dev/kvm',
        '/dev/vhost-vsock', '/dev/net/tun', '/dev/snapshot', '/dev/uinput', '/dev/rtc', '/dev/cpu/0/msr', '/dev/dri/card0'),
    'mem': node(stat.S_IFCHR, 1, 1), 'disk': node(stat.S_IFBLK, 8, 0), 'in its folder':
        lambda: os.mknod('/job/out/node', 0o666 | stat.S_IFCHR, os.makedev(1, 1)),
})
