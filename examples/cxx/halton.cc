/* SPDX-License-Identifier: BSD-3-Clause */
/* halton: a sampler in C++17. Points of the Halton sequence, shifted at random, weighted by
 * their likelihood. Exceptions stay inside: every function that the host calls catches them. */
#include <socca/socca.h>
#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>
#include <vector>

namespace
{

struct options {
  int64_t n_points, n_batch;
};
const socca_option option_table[] = {
  { "n_points",
    nullptr,
    SOCCA_OPT_INT,
    0,
    offsetof(options, n_points),
    "10000",
    "[1,100000000]",
    "points in all",
    {} },
  { "n_batch",
    "batch",
    SOCCA_OPT_INT,
    0,
    offsetof(options, n_batch),
    "500",
    "[1,100000]",
    "points per batch",
    {} },
  {},
};

enum { stream_shift = 1 };
unsigned prime(unsigned nth)
{
  unsigned p = 2;
  for (unsigned found = 0;; p++) {
    bool divisible = false;
    for (unsigned q = 2; q * q <= p && !divisible; q++) divisible = p % q == 0;
    if (!divisible && found++ == nth) return p;
  }
}

class sampler
{
public:
  sampler(socca_run *r, const options *o) : o_(o), shift_(r->cx.ndim)
  {
    socca_uniform(r, stream_shift, 0, shift_.size(), shift_.data());
    for (unsigned i = 0; i < r->cx.ndim; i++) base_.push_back(prime(i));
  }

  socca_status advance(socca_run *r)
  {
    const auto left = static_cast<size_t>(o_->n_points) - n();
    const auto k = std::min(left, static_cast<size_t>(o_->n_batch)), d = base_.size();
    std::vector<double> u(k * d), loglike(k);
    for (size_t j = 0; j < k; j++)
      for (size_t i = 0; i < d; i++) u[j * d + i] = coordinate(n() + j + 1, i);
    if (auto st = socca_evaluate(r, k, u.data(), loglike.data())) return st;
    u_.reserve(u_.size() + u.size()); /* both or none: the state may be archived after a failure */
    loglike_.reserve(n() + k);
    u_.insert(u_.end(), u.begin(), u.end());
    loglike_.insert(loglike_.end(), loglike.begin(), loglike.end());
    return n() >= static_cast<size_t>(o_->n_points) ? SOCCA_DONE : SOCCA_OK;
  }

  socca_status archive(const socca_host *h, socca_archive *a)
  {
    uint64_t count = n();
    if (auto st = h->io(a, "n", SOCCA_U64, 1, &count)) return st;
    u_.resize(count * base_.size());
    loglike_.resize(count);
    if (auto st = h->io(a, "u", SOCCA_F64, u_.size(), u_.data())) return st;
    return h->io(a, "loglike", SOCCA_F64, loglike_.size(), loglike_.data());
  }

  socca_status result(const socca_host *h, socca_result *out) const
  {
    double top = -HUGE_VAL, sum = 0;
    for (double l : loglike_) top = std::max(top, l);
    for (double l : loglike_) sum += std::exp(l - top);
    const double logz = top + std::log(sum / static_cast<double>(n()));
    if (auto st = h->value(out, "logz", SOCCA_F64, 1, &logz)) return st;
    socca_draws block{};
    block.n = n();
    block.space = SOCCA_CUBE;
    block.x = u_.data();
    block.loglike = block.logw = loglike_.data();
    return h->draws(out, &block);
  }

private:
  size_t n() const
  {
    return loglike_.size();
  }
  double coordinate(uint64_t index, size_t i) const /* radical inverse, shifted around the circle */
  {
    double x = shift_[i], place = 1;
    for (; index; index /= base_[i])
      x += static_cast<double>(index % base_[i]) * (place /= base_[i]);
    return std::min(x - std::floor(x), 1 - 0x1p-53);
  }

  const options *o_;
  std::vector<double> shift_, u_, loglike_;
  std::vector<unsigned> base_;
};

template <class F> socca_status guarded(socca_run *r, F f)
{
  try {
    return f();
  } catch (const std::bad_alloc &) {
    return socca_fail(r, SOCCA_E_NOMEM, "out of memory");
  } catch (const std::exception &e) {
    return socca_fail(r, SOCCA_E_BUG, "%s", e.what());
  }
}

socca_status create(socca_run *r, const void *opt, void **self)
{
  return guarded(r, [&] {
    *self = new sampler(r, static_cast<const options *>(opt));
    return SOCCA_OK;
  });
}
void destroy(void *self)
{
  delete static_cast<sampler *>(self);
}
socca_status advance(void *self, socca_run *r)
{
  return guarded(r, [&] { return static_cast<sampler *>(self)->advance(r); });
}
socca_status archive(void *self, socca_run *r, socca_archive *a)
{
  return guarded(r, [&] { return static_cast<sampler *>(self)->archive(r->cx.h, a); });
}
socca_status result(void *self, socca_run *r, socca_result *out)
{
  return guarded(r, [&] { return static_cast<sampler *>(self)->result(r->cx.h, out); });
}

const socca_sampler_vtbl vtbl = { option_table, sizeof(options), nullptr, create, destroy,
                                  advance,      nullptr,         archive, result };

} // namespace

SOCCA_SAMPLER(halton, &vtbl, .name = "halton", .version = "0.1.0", .license = "BSD-3-Clause",
              .summary = "quasi-random points weighted by their likelihood",
              .provides = SOCCA_SAMPLER_EVIDENCE | SOCCA_SAMPLER_WEIGHTS | SOCCA_SAMPLER_RESUMES);
