/* SPDX-License-Identifier: BSD-3-Clause */
/* All go through FK5 J2000, as which ICRS counts. Sources: IAU 1976 precession (Lieske 1979, A&A 73,
 * 282) and the obliquity belonging to it; FK4 B1950 to FK5 after Murray (1989, A&A 218, 325) with the
 * E-terms of aberration removed; galactic pole and origin of Blaauw et al. (1960), carried to J2000. */
#include "config.h"
#include "frames.h"
#include <math.h>

static const double degree = 0.017453292519943295;

typedef double vector[3];
typedef double rotation[3][3];

static const rotation fk4_to_fk5 = {
  { 0.9999256794956877, -0.0111814832204662, -0.0048590038153592 },
  { 0.0111814832391717, 0.9999374848933135, -0.0000271625947142 },
  { 0.0048590037723143, -0.0000271702937440, 0.9999881946023742 },
};
static const vector aberration = { -1.62557e-6, -0.31919e-6, -0.13843e-6 }; /* E-terms of B1950 */

static void apply(const rotation m, vector v, int inverse)
{
  vector out;
  for (int i = 0; i < 3; i++) {
    out[i] = 0;
    for (int k = 0; k < 3; k++) out[i] += (inverse ? m[k][i] : m[i][k]) * v[k];
  }
  for (int i = 0; i < 3; i++) v[i] = out[i];
}

static void normalise(vector v)
{
  double n = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
  for (int i = 0; i < 3; i++) v[i] /= n;
}

/* To axes whose pole lies at (lon, lat) and whose longitude of the old pole is `node` (deg). */
static void to_pole(double lon, double lat, double node, rotation m)
{
  double ca = cos(lon * degree), sa = sin(lon * degree), cd = cos(lat * degree),
         sd = sin(lat * degree), cn = cos(node * degree), sn = sin(node * degree);
  rotation r = { { -sn * sa - cn * ca * sd, sn * ca - cn * sa * sd, cn * cd },
                 { cn * sa - sn * ca * sd, -cn * ca - sn * sa * sd, sn * cd },
                 { ca * cd, sa * cd, sd } };
  for (int i = 0; i < 9; i++) m[i / 3][i % 3] = r[i / 3][i % 3];
}

/* J2000 to the mean equator and equinox of a Julian epoch. */
static void precession(double epoch, rotation m)
{
  double t = (epoch - 2000.0) / 100, s = degree / 3600;
  double zeta = (2306.2181 + (0.30188 + 0.017998 * t) * t) * t * s;
  double z = (2306.2181 + (1.09468 + 0.018203 * t) * t) * t * s;
  double theta = (2004.3109 - (0.42665 + 0.041833 * t) * t) * t * s;
  double cz = cos(z), sz = sin(z), ct = cos(theta), st = sin(theta), ca = cos(zeta), sa = sin(zeta);
  rotation r = { { cz * ct * ca - sz * sa, -cz * ct * sa - sz * ca, -cz * st },
                 { sz * ct * ca + cz * sa, -sz * ct * sa + cz * ca, -sz * st },
                 { st * ca, -st * sa, ct } };
  for (int i = 0; i < 9; i++) m[i / 3][i % 3] = r[i / 3][i % 3];
}

static void fk4(vector v, int inverse)
{
  if (!inverse) { /* what is catalogued holds the E-terms */
    double along = v[0] * aberration[0] + v[1] * aberration[1] + v[2] * aberration[2];
    for (int i = 0; i < 3; i++) v[i] += along * v[i] - aberration[i];
    normalise(v);
    apply(fk4_to_fk5, v, 0);
    return;
  }
  apply(fk4_to_fk5, v, 1);
  normalise(v);
  vector bare = { v[0], v[1], v[2] };
  for (int turn = 0; turn < 3; turn++) { /* converges by 1e-6 each time */
    double along = v[0] * aberration[0] + v[1] * aberration[1] + v[2] * aberration[2];
    for (int i = 0; i < 3; i++) v[i] = bare[i] + aberration[i] - along * v[i];
    normalise(v);
  }
}

static int to_j2000(enum image_frame frame, double equinox, vector v, int inverse)
{
  rotation m;
  switch (frame) {
  case IMAGE_FK5:
    precession(equinox, m);
    break;
  case IMAGE_GALACTIC:
    to_pole(192.8594812065348, 27.12825118085622, 122.9319185680026, m);
    break;
  case IMAGE_ECLIPTIC:
    to_pole(270, 90 - 23.4392911111, 90, m);
    break;
  case IMAGE_FK4:
    if (equinox != 1950.0) return -1;
    fk4(v, inverse);
    return 0;
  default:
    return -1;
  }
  apply(m, v, !inverse);
  return 0;
}

int image_frame_convert(enum image_frame from, double from_equinox, enum image_frame to,
                        double to_equinox, double *lon, double *lat)
{
  if (from == to && (from_equinox == to_equinox || from == IMAGE_GALACTIC))
    return from == IMAGE_OTHER ? -1 : 0;
  double c = cos(*lat * degree);
  vector v = { c * cos(*lon * degree), c * sin(*lon * degree), sin(*lat * degree) };
  if (to_j2000(from, from_equinox, v, 0) != 0 || to_j2000(to, to_equinox, v, 1) != 0) return -1;
  *lon = atan2(v[1], v[0]) / degree;
  if (*lon < 0) *lon += 360;
  *lat = atan2(v[2], hypot(v[0], v[1])) / degree;
  return 0;
}
