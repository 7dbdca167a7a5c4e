# Makes one file that is said to be larger than the disk.
def sparse():
    with open('/job/out/sparse', 'wb') as file:
        file.truncate(1 << 50)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
result = outcomes({'sparse': sparse}, also=('EFBIG', 'ENOSPC', 'EDQUOT'))
