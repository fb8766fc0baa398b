#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The image model from the command line: a mock made on a grid, read back, evaluated, mapped, masked.
needs='model image'
. "${SOCCA_SOURCE:-.}/tests/needs.sh"
. "${SOCCA_SOURCE:-.}/tests/cli/tap.sh"
cat >grid.yaml <<'END'
image:
  grid: {size: [40, 30], center: [0.0005, 45], scale: 0.5 arcsec}
  noise: {sigma: 0.1}
components:
  s: {type: Sersic, xc: 0.0005, yc: 45, re: 2 arcsec, Ie: "uniform(0, 2)", ns: 1}
END
sed 's/  grid:.*/  file: mock.fits/' grid.yaml >fit.yaml
sed 's/  grid:.*/  file: mock.fits\n  mask: hole.reg/' grid.yaml >masked.yaml
echo 'fk5;circle(0.0005,45,2")' >hole.reg
number() { python3 -c "x=float(open('out').read()); assert $1, x"; }
# header cards and values of a small FITS image, without any library
cat >fits.py <<'END'
import struct
def read(name):
    b = open(name, 'rb').read(); cards = {}; k = 0
    while True:
        c = b[80 * k:80 * k + 80].decode('ascii'); k += 1
        if c.startswith('END'): break
        if c[8] == '=': cards[c[:8].strip()] = c[10:].split(' / ')[0].strip().strip("'").strip()
    start = (80 * k + 2879) // 2880 * 2880
    n = int(cards['NAXIS1']) * int(cards['NAXIS2'])
    assert cards['BITPIX'] == '-64', cards['BITPIX']
    return cards, struct.unpack('>%dd' % n, b[start:start + 8 * n])
END
ok "a mock on a grid" run 0 socca-model grid.yaml --at s.Ie=1 --mock=mock.fits --seed=3
ok "has the grid's coordinates" python3 -c "
import fits; c, v = fits.read('mock.fits')
assert c['CTYPE1'] == 'RA---TAN' and float(c['CRPIX1']) == 20.5 and float(c['CRVAL1']) == 0.0005, c
assert (c['NAXIS1'], c['NAXIS2']) == ('40', '30')"
ok "the same seed" run 0 socca-model grid.yaml --at s.Ie=1 --mock=again.fits --seed=3
ok "gives the same file" cmp -s mock.fits again.fits
ok "another seed" run 0 socca-model grid.yaml --at s.Ie=1 --mock=other.fits --seed=4
ok "gives another file" sh -c '! cmp -s mock.fits other.fits'
ok "the mock is an image to fit" run 0 socca-model fit.yaml --at s.Ie=1 --loglike
# sum of 1200 terms -z^2/2 - ln(0.1 sqrt(2 pi)): mean 1060.3, standard deviation 24.5
ok "of the likelihood that theory expects" number 'abs(x - 1060.3) < 5 * 24.5'
ok "maps" run 0 socca-model fit.yaml --at s.Ie=1 --maps=m
ok "add up to the data" python3 -c "
import fits; d = fits.read('mock.fits')[1]; r = fits.read('m_residual.fits')[1]
c = fits.read('m_convolved.fits')[1]; b = fits.read('m_background.fits')[1]
assert max(abs(d[i] - r[i] - c[i] - b[i]) for i in range(1200)) < 1e-14
assert fits.read('m_raw.fits')[1] == fits.read('m_s_raw.fits')[1]
assert fits.read('m_raw.fits')[0]['CRVAL2'] == fits.read('mock.fits')[0]['CRVAL2']"
ok "the mask in force" run 0 socca-model masked.yaml --mask=mask.fits
ok "is 0 in the hole" python3 -c "
import fits; v = fits.read('mask.fits')[1]
want = [0 if (i % 40 - 19.5) ** 2 + (i // 40 - 14.5) ** 2 <= 16 else 1 for i in range(1200)]
assert list(v) == want, sum(v)"
ok "a dry run" run 0 socca-run --dry-run --json --method=template_sampler masked.yaml
ok "counts what is masked" json "d['npix'] == 1200 - 52 and d['excluded']['hole.reg'] == 52"
ok "and tells the noise" json "d['sigma'] == 0.1"
ok "and that there is no PSF" json "d['psf'] == 'none' and d['fft'] == 'none'"
fails "no likelihood without data" 2 'give image: {file: NAME}' socca-model grid.yaml --at s.Ie=1 --loglike
fails "an unwritable mock" 1 "cannot write 'no/such/mock.fits'" socca-model grid.yaml --at s.Ie=1 --mock=no/such/mock.fits
sed 's/ns: 1}/ns: 1, alpha: 3}/' fit.yaml >key.yaml
fails "a key of other profiles" 2 "unknown key 'alpha'" socca-run --method=template_sampler --dry-run key.yaml
mkfifo pipe
fails "a FIFO as mock" 1 "cannot write 'pipe': it is not a regular file" socca-model grid.yaml --at s.Ie=1 --mock=pipe
ok "is left alone" [ -p pipe ]
cp grid.yaml copy.yaml
fails "the fit file as mock" 2 "'./grid.yaml': it is the fit file" socca-model grid.yaml --at s.Ie=1 --mock=./grid.yaml
fails "the fit file as mask" 2 "'fit.yaml': it is the fit file" socca-model fit.yaml --mask=fit.yaml
ok "which is left alone" cmp -s grid.yaml copy.yaml
sed -i 's/ns: 1}/ns: 1, e: "uniform(0, 0.5)"}/' fit.yaml
fails "an illegal value" 2 "at: s.e = 1.5 is outside its legal range, 0 to 1" socca-model fit.yaml --loglike --at s.Ie=1 --at s.e=1.5
ok "outside the prior" run 0 socca-model fit.yaml --loglike --at s.Ie=1 --at s.e=0.7
ok "... is told" err "s.e is given outside its prior, uniform(0, 0.5)"
printf 's.e s.Ie\n0.1 1\n-1 1\n' >table
fails "an illegal value in a table" 2 "table:3: s.e = -1 is outside its legal range, 0 to 1" socca-model fit.yaml --at-table=table
printf 's.e s.Ie\n0.1 1\n' >table
cp table table.copy
ok "the table as mask" run 2 socca-model fit.yaml --at-table=table --mask=./table
ok "... is refused" err "cannot write './table': it is the table of points"
ok "which is left alone" cmp table table.copy
fails "... for maps" 2 "s.e = -1 is outside" socca-model fit.yaml --at s.Ie=1 --at s.e=-1 --maps=x

# nothing is written over what a fit reads, however it is spelt
cp mock.fits image.fits
cp hole.reg hole.copy
mkdir sub
ln -s ../image.fits sub/link.fits
ln image.fits hard.fits
sed 's/mock.fits/image.fits[0]/; s/noise:.*/noise: {sigma: level.fits}\n  psf: psf.fits/' masked.yaml >all.yaml
"$build/socca-model" grid.yaml --at s.Ie=1 --mock=psf.fits --seed=9
python3 -c "
b = bytearray(open('mock.fits', 'rb').read()); k = b.index(b'END' + b' ' * 77)
import struct
b[2880 * (k // 2880 + 1):2880 * (k // 2880 + 1) + 9600] = struct.pack('>d', 0.1) * 1200
open('level.fits', 'wb').write(b)"
t='--method=template_sampler -o n_eff=50'
ok "can be run" run 0 socca-run --dry-run $t all.yaml
sed 's/psf: psf.fits/psf: {file: psf.fits, center: centroid}/' all.yaml >centroid.yaml
ok "as JSON" run 0 socca-run --dry-run --json $t centroid.yaml
ok "with keys for programs" json "'pixel_scale' in d and 'psf_cut_dloglike' in d and all(k.replace('_', 'x').isalnum() for k in d)"
ok "a PSF that is not symmetric" run 0 socca-run --dry-run $t all.yaml
ok "tells where its origin is" err "origin at pixel (21, 16) of 40 x 30"
for f in image.fits ./image.fits "$dir/image.fits" sub/link.fits hard.fits sub/../level.fits psf.fits hole.reg all.yaml; do
  fails "no result over $f" 2 "cannot write '$f': .*\(the fit reads it (all.yaml:[0-9]*:[0-9]*)\|fit file\)" socca-run -f $t --output="$f" all.yaml
  fails "no checkpoint" 2 "cannot write '$f'" socca-run -f $t --checkpoint="$f" all.yaml
  fails "no mock" 2 "cannot write '$f'" socca-model all.yaml --at s.Ie=1 --mock="$f"
  fails "no mask" 2 "cannot write '$f'" socca-model all.yaml --mask="$f"
done
ok "all are as they were" sh -c 'cmp mock.fits image.fits && cmp hole.reg hole.copy'
cp image.fits fit.nc.1
sed 's/image.fits.*/fit.nc.1/' all.yaml >former.yaml
fails "nor over it as a former version" 2 "cannot write 'fit.nc': the fit reads it" socca-run -f $t --output=fit.nc former.yaml
cp image.fits y_residual.fits
sed 's/image.fits.*/y_residual.fits/' all.yaml >maps.yaml
fails "no map" 2 "cannot write './y_residual.fits': the fit reads it" socca-model maps.yaml --at s.Ie=1 --maps=./y
ok "is as it was" cmp image.fits y_residual.fits
rm -f y_* fit.nc* x*

# what is legal but can hardly be meant
sed 's/xc: 0.0005/xc: 10/' fit.yaml >off.yaml
ok "a component off the image" run 0 socca-run --dry-run $t off.yaml
ok "is told" err "warning: off.yaml:5:25: s.xc = 10 lies wholly outside the data, which reach from -0.00[0-9]* to 0.00[0-9]* deg"
sed 's/xc: 0.0005/xc: "uniform(359.99, 360.01)"/; s/yc: 45/yc: "uniform(44, 44.5)"/' fit.yaml >off.yaml
ok "a prior off the image" run 0 socca-run --dry-run $t off.yaml
ok "is told" err "warning: off.yaml:5:[0-9]*: the prior of s.yc = uniform(44, 44.5) lies wholly outside the data"
ok "longitudes in any turn" sh -c '! grep s.xc err'
ok "one that is on it is fine" run 0 socca-run --dry-run $t fit.yaml
ok "... and silent" [ ! -s err ]
sed '/^components/,$d' fit.yaml >none.yaml
fails "no components" 2 "none.yaml:1:1: there are no components" socca-run --dry-run $t none.yaml
for c in 3 '[]' '{}' ''; do
  (sed '/^components/,$d' fit.yaml && echo "components: $c") >none.yaml
  fails "components: $c" 2 "none.yaml:4:1[0-9]*: 'components' wants names" socca-run --dry-run $t none.yaml
done
sed 's/^components/componets/' fit.yaml >none.yaml
fails "misspelt" 2 "unknown key 'componets'; did you mean 'components'" socca-run --dry-run $t none.yaml
ok "one message" [ "$(wc -l <err)" = 1 ]
sed 's/type: Sersic/type: Beta/; s/ns: 1, //; s/Ie:/Ic:/' fit.yaml >beta.yaml
fails "another profile's radius" 2 "unknown key 're'; did you mean 'rc'?" socca-run --dry-run $t beta.yaml
ok "one message" [ "$(wc -l <err)" = 1 ]
sed 's/yc: 45/yc: .nan/' fit.yaml >nan.yaml
fails "NaN" 2 "nan.yaml:5:[0-9]*: .*not a finite number" socca-run --dry-run $t nan.yaml
fails "an unknown component" 2 "no component 'x'" socca-model fit.yaml --at s.Ie=1 --at s.e=0 --maps=x --component=x
sed 's/{sigma: 0.1}/{}/' grid.yaml >silent.yaml
fails "a mock without a noise level" 2 'a mock needs a noise level' socca-model silent.yaml --at s.Ie=1 --mock=x.fits
ok "nothing half-written" sh -c '! ls x* *.part 2>/dev/null | grep .'
if command -v ncdump >/dev/null; then
  ok "a run" run 0 socca-run --method=template_sampler -o n_eff=20 masked.yaml
  ok "keeps what was fitted" sh -c "ncdump -h masked.nc >out"
  ok "... as an image, rows first" out 'double image(image_dim_0, image_dim_1)'
  ok "... of its shape" sh -c "grep -q 'image_dim_0 = 30' out && grep -q 'image_dim_1 = 40' out"
  ok "... and nothing that belongs to no image" sh -c '! grep -q shape_dim out'
else
  echo "# no ncdump: what a result holds of the image was not looked at"
fi
plan
