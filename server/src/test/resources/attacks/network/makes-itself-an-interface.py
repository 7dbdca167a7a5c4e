# Gives its own network a way out.
def ioctl(number, name=b'eth0'):
    import fcntl
    def act():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            return fcntl.ioctl(s, number, struct.pack('16s16x', name))
    return act
result = outcomes({'address': ioctl(0x8916), 'up': ioctl(0x8914, b'lo'), 'bridge': ioctl(0x89A0), 'route': ioctl(0x890B),
    'tun': lambda: open('/dev/net/tun', 'r+b')})
