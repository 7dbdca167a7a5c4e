package dev.nerium.sandbox.job;

import dev.nerium.lake.scan.ScanPlan;

/** A plan that a worker gets with its job, and the request that it would send for this plan. */
public record PreparedPlan(PlanRequest request, ScanPlan plan) {}
