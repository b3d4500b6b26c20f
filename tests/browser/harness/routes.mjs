// The pages that exist, as the template's route table says.
//
// Architecture invariant: the template is read, never repeated; a new page that no test judges is found here.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const TEMPLATE = new URL("../../../infra/template.yaml", import.meta.url);
/** A route as the template writes it, on one line. */
const GET_ROUTE = /Method: GET, Path: (?:"([^"]+)"|(\S+)) \}/g;
/** How many there are at least: fewer means that the pattern above has gone blind. */
const FEWEST = 25;

/** What answers GET without being a page. */
const NO_PAGES = new Map([
  ["/assets/{name}", "the look itself; every page loads it"],
  ["/leaflet/qr.svg", "an image; the front page shows it"],
  ["/leaflet/qr.png", "an image; a unit test reads it"],
  ["/user-Registration-Form/challenge", "read by the robot check's script"],
  ["/application/postal/{code}", "read by the form's script"],
  ["/application/download", "a file; the application's test opens it"],
  ["/review/export", "a file; a journey reads it"],
]);

/** The page routes that none of `paths` belongs to. */
export function unseenRoutes(paths) {
  const routes = pageRoutes();
  const seen = new Set(paths.map((path) => routeOf(path, routes)));
  return routes.filter((route) => !seen.has(route) && !NO_PAGES.has(route));
}

function pageRoutes() {
  const routes = [...readFileSync(TEMPLATE, "utf8").matchAll(GET_ROUTE)].map(([, quoted, plain]) => quoted ?? plain);
  assert.ok(routes.length >= FEWEST, `only ${routes.length} routes were found in the template`);
  for (const route of NO_PAGES.keys()) {
    assert.ok(routes.includes(route), `${route} is not in the template any more: take it out of harness/routes.mjs`);
  }
  return routes;
}

/** The route that answers a path: the one with the fewest parameters that fits. */
function routeOf(path, routes) {
  const parameters = (route) => route.split("{").length;
  const fitting = routes.filter((route) => fits(route.split("/"), path.split("/")));
  return fitting.toSorted((one, other) => parameters(one) - parameters(other))[0];
}

function fits(route, path) {
  return route.length === path.length && route.every((segment, at) => segment.startsWith("{") || segment === path[at]);
}
