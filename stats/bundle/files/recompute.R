# Recompute Tables 2 and 3 from the files in wide/ and compare with results/.
#
#   Rscript recompute.R          (in the folder of the bundle, or with its path as the argument)
#
# Frequencies, quartiles, and percent agreement, Gwet's AC, Fleiss' kappa and Brennan-Prediger with their
# standard errors, and paired tests, are computed here in base R from the published formulas, independently of
# the program that wrote the bundle. If the package irrCAC (K. L. Gwet) is installed, every coefficient is also
# compared with it. Exit status 1: something differs by more than it may.

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) > 0) setwd(arguments[1])

EXACT <- 1e-9      # base R against results/, which is at full precision
ROUNDED <- 5.1e-6  # irrCAC prints five decimals
SCALE <- 1:5       # every category that was offered, whether or not somebody chose it

table_of <- function(path) read.csv(path, check.names = FALSE, encoding = "UTF-8", stringsAsFactors = FALSE)
criteria <- table_of("criteria.csv")
readers <- table_of("readers.csv")
agreement <- table_of("results/agreement.csv")
frequencies <- table_of("results/frequencies.csv")
comparisons <- table_of("results/comparisons.csv")
videos <- if (file.exists("videos.csv")) table_of("videos.csv") else NULL

# --- the ratings of one criterion and subgroup: a matrix of videos x readers, NA where missing ---------------

ratings_of <- function(criterion, subgroup) {
  path <- file.path("wide", paste0(criterion, ".csv"))
  if (!file.exists(path)) return(matrix(integer(0), 0, 0))
  wide <- table_of(path)
  ratings <- as.matrix(wide[, -1, drop = FALSE])
  rownames(ratings) <- wide$video
  if (subgroup %in% readers$specialty) {
    ratings <- ratings[, colnames(ratings) %in% readers$reader[readers$specialty == subgroup], drop = FALSE]
  } else if (startsWith(subgroup, "shown ")) {
    chosen <- videos$video[videos$direction == sub("shown ", "", subgroup)]
    ratings <- ratings[rownames(ratings) %in% chosen, , drop = FALSE]
  }
  ratings <- ratings[rowSums(!is.na(ratings)) > 0, , drop = FALSE]
  ratings[, colSums(!is.na(ratings)) > 0, drop = FALSE]
}

# --- coefficients: Gwet (2014), Handbook of Inter-Rater Reliability, chapters 2 to 5 ---------------------------

weights_of <- function(name) {
  distance <- abs(outer(SCALE, SCALE, "-")) / (max(SCALE) - min(SCALE))
  switch(name, identity = diag(length(SCALE)), linear = 1 - distance, quadratic = 1 - distance^2)
}

# slope: pe = sum(pi * slope), and pe of a video = sum(its shares * slope)
slope_of <- function(coefficient, pi, w) {
  q <- length(SCALE)
  switch(coefficient,
    percent = rep(0, q),
    ac = sum(w) / (q * (q - 1)) * (1 - pi),
    fleiss = as.vector(w %*% pi),
    bp = rep(mean(w), q)
  )
}

coefficient_of <- function(ratings, coefficient, w) {
  counts <- t(apply(ratings, 1, function(row) sapply(SCALE, function(k) sum(row == k, na.rm = TRUE))))
  n <- nrow(counts)
  size <- rowSums(counts)
  pairs <- size * (size - 1)
  agreeing <- rowSums(counts * (counts %*% w - 1))
  pa_i <- ifelse(pairs > 0, agreeing / pmax(pairs, 1), 0)
  rated_twice <- sum(size >= 2)
  shares <- counts / size
  pi <- colMeans(shares)
  slope <- slope_of(coefficient, pi, w)
  pa <- sum(pa_i) / rated_twice
  pe <- sum(pi * slope)
  estimate <- (pa - pe) / (1 - pe)
  by_video <- n / rated_twice * (pa_i - pe * (size >= 2)) / (1 - pe) -
    2 * (1 - estimate) * (as.vector(shares %*% slope) - pe) / (1 - pe)
  se <- sqrt(sum((by_video - estimate)^2) / (n * (n - 1)))
  list(estimate = estimate, se = se, pa = pa, pe = pe, by_video = by_video,
       ci_low = estimate - qt(.975, n - 1) * se, ci_high = min(1, estimate + qt(.975, n - 1) * se),
       p_two_sided = 2 * pt(-abs(estimate / se), n - 1))
}

# Standard error when the readers, too, are a sample: leave one reader out (Gwet 2014, eq. 5.4.4).
se_new_readers_of <- function(ratings, coefficient, w, se) {
  r <- ncol(ratings)
  without <- sapply(seq_len(r), function(g) {
    left <- ratings[, -g, drop = FALSE]
    coefficient_of(left[rowSums(!is.na(left)) > 0, , drop = FALSE], coefficient, w)$estimate
  })
  sqrt(se^2 + (r - 1) / r * sum((without - mean(without))^2))
}

# Whole percentages that total 100: cut, and give what is missing to the largest remainders.
largest_remainder <- function(counts) {
  if (sum(counts) == 0) return(counts)
  total <- sum(counts)
  whole <- (100 * counts) %/% total
  order_of <- order(-((100 * counts) %% total), seq_along(counts))
  missing <- 100 - sum(whole)
  whole[order_of[seq_len(missing)]] <- whole[order_of[seq_len(missing)]] + 1
  whole
}

# --- comparing ---------------------------------------------------------------------------------------------------

compared <- data.frame(what = character(0), with = character(0), difference = numeric(0), allowed = numeric(0))
compare <- function(what, with, ours, theirs, allowed) {
  known <- is.finite(ours)
  difference <- if (any(known != is.finite(theirs))) Inf else max(0, abs(ours[known] - theirs[known]))
  compared[nrow(compared) + 1, ] <<- list(what, with, difference, allowed)
}

for (line in seq_len(nrow(frequencies))) {
  given <- frequencies[line, ]
  scores <- as.vector(ratings_of(given$criterion, given$subgroup))
  scores <- scores[!is.na(scores)]
  counts <- sapply(SCALE, function(k) sum(scores == k))
  compare("counts", "base R", counts, unlist(given[paste0("count_", SCALE)]), 0)
  compare("percentages", "base R", largest_remainder(counts), unlist(given[paste0("percent_", SCALE)]), 0)
  if (length(scores) > 0) {
    quarters <- quantile(scores, c(.25, .5, .75), type = 7)
    compare("quartiles", "base R", quarters, unlist(given[c("q1", "median", "q3")]), EXACT)
  }
}

IN_BASE_R <- c("percent", "ac", "fleiss", "bp")
# Without a standard error above 0 there is no interval and no P; results/ says why.
untested <- function(given) is.na(given$se) || given$se == 0
NUMBERS <- c("estimate", "se", "pa", "pe", "ci_low", "ci_high", "p_two_sided")
for (line in seq_len(nrow(agreement))) {
  given <- agreement[line, ]
  if (!(given$coefficient %in% IN_BASE_R) || untested(given)) next
  ratings <- ratings_of(given$criterion, given$subgroup)
  w <- weights_of(given$weights)
  found <- coefficient_of(ratings, given$coefficient, w)
  for (number in NUMBERS) compare(number, "base R", found[[number]], as.numeric(given[[number]]), EXACT)
  # A small P must agree in its own size, too.
  compare("log p", "base R", log(found$p_two_sided), log(as.numeric(given$p_two_sided)), EXACT)
  if (!is.na(given$se_new_readers)) {
    se <- se_new_readers_of(ratings, given$coefficient, w, found$se)
    compare("se_new_readers", "base R", se, as.numeric(given$se_new_readers), EXACT)
  }
}

# Paired t test on the values by video, for the videos that both specialties rated (Gwet 2016).
for (line in seq_len(nrow(comparisons))) {
  given <- comparisons[line, ]
  if (untested(given)) next
  sides <- lapply(c(given$first, given$second), function(one) ratings_of(given$criterion, one))
  common <- intersect(rownames(sides[[1]]), rownames(sides[[2]]))
  values <- lapply(sides, function(side) {
    coefficient_of(side[common, , drop = FALSE], "ac", weights_of("identity"))$by_video
  })
  test <- t.test(values[[1]], values[[2]], paired = TRUE)
  compare("paired test", "base R", c(test$estimate, test$stderr, test$conf.int, test$p.value),
          unlist(given[c("difference", "se", "ci_low", "ci_high", "p_two_sided")]), EXACT)
}

if (requireNamespace("irrCAC", quietly = TRUE)) {
  theirs <- list(percent = irrCAC::pa.coeff.raw, ac = irrCAC::gwet.ac1.raw, fleiss = irrCAC::fleiss.kappa.raw,
                 conger = irrCAC::conger.kappa.raw, bp = irrCAC::bp.coeff.raw,
                 alpha = irrCAC::krippen.alpha.raw)
  for (line in seq_len(nrow(agreement))) {
    given <- agreement[line, ]
    if (untested(given)) next
    ratings <- ratings_of(given$criterion, given$subgroup)
    weights <- if (given$weights == "identity") "unweighted" else given$weights
    found <- theirs[[given$coefficient]](ratings, weights = weights, categ.labels = SCALE)$est
    compare("estimate", "irrCAC", as.numeric(found$coeff.val), given$estimate, ROUNDED)
    compare("se", "irrCAC", as.numeric(found$coeff.se), given$se, ROUNDED)
  }
} else {
  cat("The package irrCAC is not installed. Everything below was recomputed in base R from the formulas;\n",
      "Conger's kappa and Krippendorff's alpha were not recomputed. For the comparison with irrCAC:\n",
      "  install.packages(\"irrCAC\")   and run this script again.\n\n", sep = "")
}

# --- the two tables, for reading --------------------------------------------------------------------------------

cat("Table 2, recomputed\n")
for (row in seq_len(nrow(criteria))) {
  ratings <- as.vector(ratings_of(criteria$criterion[row], "all"))
  ratings <- ratings[!is.na(ratings)]
  if (length(ratings) == 0) next
  quarters <- quantile(ratings, c(.25, .5, .75), type = 7)
  cat(sprintf("\n%s: median %g (IQR %g)\n", criteria$name[row], quarters[2], quarters[3] - quarters[1]))
  counts <- sapply(SCALE, function(k) sum(ratings == k))
  for (k in SCALE) {
    cat(sprintf("  %d. %-40s %3d%%  %d/%d\n", k, criteria[[paste0("anchor_", k)]][row],
                as.integer(largest_remainder(counts)[k]), counts[k], length(ratings)))
  }
}

cat("\nTable 3, recomputed (AC1, unweighted)\n")
for (row in seq_len(nrow(criteria))) {
  ratings <- ratings_of(criteria$criterion[row], "all")
  if (nrow(ratings) < 2 || ncol(ratings) < 2) next
  found <- coefficient_of(ratings, "ac", weights_of("identity"))
  middle <- median(ratings, na.rm = TRUE)
  finding <- if (middle == 3) "No change" else criteria[[if (middle < 3) "finding_low" else "finding_high"]][row]
  cat(sprintf("  %-46s %-15s AC1 %.4f  SE %.4f  95%% CI %.3f to %.3f  P %.2g\n", criteria$name[row],
              if (is.null(finding)) "" else finding, found$estimate, found$se, found$ci_low, found$ci_high,
              found$p_two_sided))
}

cat("\nLargest differences from results/\n")
worst <- do.call(rbind, by(compared, list(compared$what, compared$with), function(part) {
  data.frame(part[which.max(part$difference), ], n = nrow(part))
}))
worst <- worst[order(worst$with, worst$what), ]
for (row in seq_len(nrow(worst))) {
  cat(sprintf("  %-15s %-7s %5d compared, largest difference %.3g (allowed %.2g)\n", worst$what[row],
              worst$with[row], worst$n[row], worst$difference[row], worst$allowed[row]))
}
wrong <- sum(compared$difference > compared$allowed)
if (wrong > 0) {
  cat(sprintf("\nDIFFERENT: %d of %d comparisons differ by more than allowed.\n", wrong, nrow(compared)))
  quit(status = 1)
}
without <- sum(is.na(agreement$se) | agreement$se == 0)
if (without > 0) cat(sprintf("\n%d coefficients have no standard error and were not compared.\n", without))
cat(sprintf("\nAGREES: %d comparisons.\n", nrow(compared)))
