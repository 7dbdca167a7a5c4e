package dev.nerium.sandbox;

import com.sun.management.OperatingSystemMXBean;
import dev.nerium.config.ByteSize;
import java.lang.management.ManagementFactory;

/** What this machine (or the container that the server runs in) has. */
record Machine(int processors, ByteSize memory) {
    static Machine detect() {
        OperatingSystemMXBean bean = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Machine(Runtime.getRuntime().availableProcessors(), new ByteSize(bean.getTotalMemorySize()));
    }
}
