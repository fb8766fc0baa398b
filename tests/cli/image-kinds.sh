#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Real files of many kinds: shape, frame and valid pixels by --dry-run, maps on the same grid.
needs='model image'
. "${SOCCA_SOURCE:-.}/tests/needs.sh"
if [ -z "$SOCCA_DATA" ]; then echo "1..0 # SKIP SOCCA_DATA not set"; exit 0; fi
. "${SOCCA_SOURCE:-.}/tests/cli/tap.sh"
kinds=$SOCCA_DATA/data/kinds
dry() { run "$1" socca-run --dry-run --json --method=template_sampler fit.yaml; }
fit() { # file, further lines of the image block, xc, yc, size
  cat >fit.yaml <<END
image:
  file: $kinds/$1
$2
components:
  g: {type: Gaussian, xc: $3, yc: $4, rs: $5, Is: "uniform(0, 10)"}
END
}
good() { # file, lines, xc, yc, size, shape, frame, npix, further title and JSON condition
  fit "$1" "$2" "$3" "$4" "$5"
  case $3 in *uniform*) at=--at\ g.xc=0.0027 ;; *) at= ;; esac
  ok "$1 is read" dry 0
  ok "... shape, frame, pixels" json "(d['shape'], d['npix']) == ('$6', $8) and d['frame'].startswith('$7')"
  if [ $# -gt 8 ]; then ok "... $9" json "${10}"; fi
  ok "... maps" run 0 socca-model fit.yaml --at g.Is=1 $at --maps=m
}
s1='  noise: {sigma: 1}'
good m13_rice.fits '' 250.42 36.46 3pix '300 x 300' 'FK5 J2000, projection TAN' 90000
ok "... the HDU is named" err 'm13_rice.fits\[1\] is taken'
good 'm13_rice.fits[1]' '' 250.42 36.46 3pix '300 x 300' FK5 90000
good compressed_with_nan.fits "$s1" 6 6 3pix '12 x 12' pixels 143 \
  'one pixel is blank' "d['excluded']['non-finite'] == 1"
good scale.fits '' 266.96 -29.42 3pix '20 x 21' 'FK' 420
good razero.fits '' '"uniform(359.99, 360.01)"' 47.17 3pix '256 x 256' 'ICRS, projection TAN-SIP' 65511
run 0 socca-model fit.yaml --loglike --at g.Is=1 --at g.xc=360.0027 && cp out one
fit razero.fits '' '"uniform(-0.01, 0.01)"' 47.17 3pix
run 0 socca-model fit.yaml --loglike --at g.Is=1 --at g.xc=0.0027 && cp out two
ok "... either side of RA 0 is the same sky" python3 -c "
a, b = (float(open(f).read()) for f in ('one', 'two')); assert abs(a - b) < 1e-6 * abs(a), (a, b)"
good tpv.fits.gz '' 52.55 -28.74 3pix '512 x 512' 'ICRS, projection TAN with distortion' 262144
run 0 socca-model fit.yaml --loglike --at g.Is=1 && cp out one
good tanpv.fits.gz '' 52.55 -28.74 3pix '512 x 512' 'ICRS, projection TAN with distortion' 262144
ok "... TAN with PVi_j is TPV" err 'is read as TPV'
run 0 socca-model fit.yaml --loglike --at g.Is=1 && cp out two
ok "... of the same likelihood" cmp -s one two
good region.fits "$s1" 210.78 54.37 3pix '128 x 128' ICRS 16384
fit region.fits '' 210.78 54.37 3pix
ok "a MAD of zero" dry 2
ok "... is refused with a hint" err Poisson
good cosmos_gal.fits "  psf: $kinds/cosmos_psf.fits" 150.4166 1.9987 3pix '60 x 60' 'FK5' 3600
ok "... the PSF is cropped" err 'is larger than the image'
good agn_host_disk.fits "$s1" 126 126 12 '250 x 250' pixels 62500
ok "... with a notice" err 'no celestial world coordinates'
good agn_host_disk.fits "$s1" 126 126 12pix '250 x 250' pixels 62500
fit agn_host_disk.fits "$s1" 126 126 '3 arcsec'
ok "arcsec on pixels" dry 2
good 1904-66_SIN.fits "  noise: {sigma: $kinds/1904-66_SIN_rms.fits}" 284.9 -66.3 3pix '192 x 192' 'FK5 J2000, projection SIN' 22027 \
  'blank pixels counted, the noise takes no more, a finite likelihood' \
  "d['excluded'] == {'non-finite': 14837, 'noise': 0} and math.isfinite(d['loglike'])"
good 1904-66_SIN.fits "  noise: {sigma: $kinds/1904-66_SIN_rms.fits}
  mask: $kinds/aegean_mask.fits" 284.9 -66.3 3pix '192 x 192' FK5 1220
ok "... the rule is told" err 'non-zero is good'
good x_blank_crota.fits '' 150 2 3pix '50 x 40' '' 1930 \
  '70 pixels are blank' "d['excluded']['non-finite'] == 70"
for row in fk5:21501:0 fk4:21512:20 gal:21499:1 img:21500:0 ds9_physical:21500:15; do
  f=r_test01_${row%%:*}.reg
  wanted=${row#*:}
  fit x_pyregion01.fits.gz "$s1
  mask: $kinds/$f" 171.14 -59.27 3pix
  ok "$f" dry 0
  ok "... masks ${wanted%:*} pixels" json "abs(d['excluded']['$f'] - ${wanted%:*}) <= ${wanted#*:}"
done
fit x_pyregion01.fits.gz "$s1
  mask: $kinds/r_test_text.reg" 171.14 -59.27 3pix
ok "lines and texts" dry 0
ok "... mask nothing" json "d['excluded']['r_test_text.reg'] == 0"
ok "... with a notice" err 'mask nothing'
fit agn_host_disk.fits "$s1
  psf: $kinds/hsm_psf.fits" 126 126 12
ok "a PSF with a pedestal" dry 0
ok "... is warned of" err pedestal
fit agn_host_disk.fits "$s1
  psf: \"$kinds/aegis_psf_mef.fits[2]\"" 126 126 12
ok "a PSF of an extension" dry 0
fit agn_host_disk.fits "$s1
  psf: $kinds/aegis_psf_mef.fits" 126 126 12
ok "a PSF of several" dry 0
ok "... the first is taken, others exist" err 'holds 3 images'
for row in 'm13_rice.fits[0]:holds no image' 'x_truncated_data.fits:has 100000 bytes, its header announces 182880' \
  'x_html_error.fits:it begins with "<!DOCTYPE'; do
  fit "${row%%:*}" "$s1" 1 1 1pix
  ok "${row%%:*} is refused" dry 2
  ok "... in one message" sh -c "grep -c : err | grep -qx 1"
  ok "... that says why" err "${row#*:}"
done
plan
