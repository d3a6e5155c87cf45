// What a dashboard and a unit's script do, with the types generated from our document: `tsc --strict` reads it.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

const client = createClient<paths>({ baseUrl: "http://127.0.0.1:8000", headers: { Authorization: "Api-Key poi_…" } });

export async function progressByUnit(year: number): Promise<Map<string, number | null>> {
  const { data, error } = await client.GET("/api/v1/reports/execution/", {
    params: { query: { year, group_by: ["unit"], through: 3 } },
  });
  if (error) throw new Error(error.errors.map((each) => `${each.code}: ${each.detail}`).join("\n"));
  if (typeof data === "string") throw new Error("It was asked for JSON.");
  return new Map(data.results.map((row) => [row.unit?.name ?? "", row.progress ?? null]));
}

// Without `fields` a row has all its members
type Due = Required<components["schemas"]["Due"]>;

export async function owed(unit: string): Promise<Due[]> {
  const { data } = await client.GET("/api/v1/progress/due/", { params: { query: { unit: [unit] } } });
  if (typeof data === "string") throw new Error("It was asked for JSON.");
  return (data?.results ?? []) as Due[];
}

export async function report(month: Due, executed: number): Promise<string> {
  const item = { activity: month.activity.code, year: month.year, month: month.month, executed };
  const { data, error } = await client.POST("/api/v1/progress/batch/", {
    params: { header: { "Idempotency-Key": "marzo-1" } },
    body: { mode: "partial", dry_run: false, items: [{ ...item, entry_version: month.entry_version }] },
  });
  if (error) throw new Error(error.detail);
  return data.items[0]?.status ?? "rejected";
}

export async function addActivity(): Promise<number | undefined> {
  const { data } = await client.POST("/api/v1/activities/", {
    body: {
      plan: { institution: "SAT", year: 2023 },
      unit: "SAT-U01",
      mef_activity: "M01",
      measurement_unit: 7,
      name: "SUPERVISIÓN",
      programmed: [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1],
    },
  });
  return data?.id;
}
