package dev.nerium.sandbox.job;

import com.sun.management.OperatingSystemMXBean;
import dev.nerium.config.ByteSize;
import java.lang.management.ManagementFactory;

/** Processors and memory of this machine, or of the container of the server. */
public record HostResources(int processors, ByteSize memory) {
    public static HostResources detect() {
        OperatingSystemMXBean bean = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new HostResources(Runtime.getRuntime().availableProcessors(), new ByteSize(bean.getTotalMemorySize()));
    }
}
