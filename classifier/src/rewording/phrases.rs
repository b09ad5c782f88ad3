//! The phrases, and what each is taken for: a line for each, those of one kind together.

use super::Phrase;

const fn phrase(said: &'static str, meant: &'static str) -> Phrase {
    Phrase { said, meant, unless: "", only: "" }
}

const fn unless(said: &'static str, meant: &'static str, unless: &'static str) -> Phrase {
    Phrase { said, meant, unless, only: "" }
}

const fn only(said: &'static str, meant: &'static str, only: &'static str) -> Phrase {
    Phrase { said, meant, unless: "", only }
}

/// What is consumed beside money.
const THINGS: &str =
    "cpu memory ram storage disk space bandwidth traffic network ips addresses tokens energy power most least";
pub(super) static PHRASES: &[Phrase] = &[
    // What is grouped by.
    phrase("at|on the? {k} level", "by {k}"),
    phrase(
        "split|splits|distributed|spread|divided|divides|broken across|among|amongst|over|between|into all? of? the|our? {ks}",
        "by {ks}",
    ),
    phrase(
        "how is|was|are|were|does|do|did|has|have {some} been? split|splits|distributed|spread|divided|divide|distribute across|among|amongst|over|between all? of? the|our? {ks}",
        "{computed} by {ks}",
    ),
    unless(
        "across|among|amongst|between the|our|its? {groups}",
        "by {groups}",
        "altogether accounts subscriptions regions providers clouds",
    ),
    phrase("allocated|attributed|apportioned|assigned|charged to each|every {k}", "by {k}"),
    phrase("allocated|attributed|apportioned to the|our? {groups}", "by {groups}"),
    phrase("cost|costs allocation|attribution", "cost"),
    phrase("spend allocation|attribution", "spend"),
    unless("allocation|attribution of", "", "tags tag"),
    unless("to|onto the|our? {groups} $", "by {groups}", "from move moved"),
    phrase("a|one row|line|entry|number|figure for each|every {k}", "by {k}"),
    phrase("a|one row|line|entry|number|figure per|by {k}", "by {k}"),
    phrase(
        "^ list|show|give|state|name me? all? the|our? {groups} with|and|plus|incl|including their|its|the {computed}",
        "{computed} by {groups}",
    ),
    phrase("^ all? the|our? {groups} with|and|plus their|its {computed}", "{computed} by {groups}"),
    phrase("{k} x|× {j} matrix|table|grid|pivot|heatmap", "by {k} and {j}"),
    phrase("matrix|table|grid|pivot|heatmap of {k} x|×|by|against|vs {j}", "by {k} and {j}"),
    phrase(
        "how {some} splits|split|breaks|divides|distributes down? across|among|amongst|over|between|into all? of? the|our? {ks}",
        "{some} by {ks}",
    ),
    phrase(
        "how is|was|are|were|does|do|did|has|have {some} been? split|broken|break|distributed down? by|per {k}",
        "{some} by {k}",
    ),
    phrase(
        "what|how much? did|do|does|have|has each|every|the|our {group} spend|cost|pay|spent",
        "what did each {group} spend",
    ),
    phrase("^ our|the|show|me? {group} {money}", "{money} by {group}"),
    phrase("break|split|breaking|splitting {some} into|across|over the|our? {ks}", "{some} by {ks}"),
    phrase("{-wise}", "{-wise} wise"),
    phrase("{-level}", "{-level} wise"),
    phrase("{-related}", "{-related}"),
    phrase("attribute|allocate|assign|apportion {some} to the|our? {ks} $", "{some} by {ks}"),
    phrase("belong|belongs|belonging to each|every {k}", "by {k}"),
    only(",? and? in|on which {groups} are|is? they|it? $", "by {groups}", "many number count total sum"),
    phrase(
        "which {groups} are|do we in|use|have , and how many {some} are|do|is? there|we? have? in each of? them|these|those?",
        "how many {some} by {groups}",
    ),
    // What is ranked.
    phrase("^ who owns|has|runs|holds the? most", "which owner has the most"),
    phrase("^ who owns|has|runs|holds the? fewest|least", "which owner has the fewest"),
    phrase("the? {super} {n} of? our|the|all?", "{n} {super}"),
    phrase("cost|costs|costing the? most to run|operate|maintain|keep", "costs the most"),
    phrase("cost|costs us? to run|operate|maintain|keep", "cost"),
    phrase("sorted|ordered|ranked by amount|amounts|value", "sorted by cost"),
    phrase(
        "^ rank|order|sort all? the|our? {groups} by|on|after|according to? the|their? {rest}",
        "{rest} by {groups}",
    ),
    phrase("a|the? ranking|order|list|table of all? the|our? {groups} by|on {computed}", "{computed} by {groups}"),
    phrase("{group} ranking|ranked|sorted|ordered by|on {computed}", "{computed} by {group}"),
    phrase(
        "^ the? {group} with the? highest|biggest|largest|greatest|most spend|cost|costs|spending|bill|expenditure",
        "which {group} has the highest spend",
    ),
    phrase(
        "^ the? {group} with the? lowest|smallest|least spend|cost|costs|spending|bill|expenditure",
        "which {group} has the lowest spend",
    ),
    phrase("^ the? {n} {groups} that|who|which spent|cost|costs the? most", "top {n} {groups} by spend"),
    phrase(
        "^ the? {n} {groups} with the? highest|biggest|largest|most spend|cost|costs|spending|bills",
        "top {n} {groups} by spend",
    ),
    phrase(
        "contribute|contributed|contributes|contributing the? most|strongest|heaviest to the|our?",
        "cost the most on the",
    ),
    phrase("highest|largest|biggest to lowest|smallest $", "descending"),
    phrase("sorted|ordered descending|descendingly by", "sorted by"),
    phrase(
        "which {group} has|had the? lowest|smallest|least average|avg|mean {some} $",
        "average {some} by {group} , lowest first , limit 1",
    ),
    phrase(
        "which {group} has|had the? highest|largest|biggest|most average|avg|mean {some} $",
        "average {some} by {group} , highest first , limit 1",
    ),
    phrase(
        "which {group} has|had the? lowest|smallest|least average|avg|mean {some} on|of|across|for its|their {j} $",
        "average {some} of {j} by {group} , lowest first , limit 1",
    ),
    phrase(
        "which {group} has|had the? highest|largest|biggest|most average|avg|mean {some} on|of|across|for its|their {j} $",
        "average {some} of {j} by {group} , highest first , limit 1",
    ),
    phrase(
        "which {groups} have|had the? lowest|smallest|least average|avg|mean {some} $",
        "average {some} by {groups} , lowest first",
    ),
    phrase(
        "which {groups} have|had the? highest|largest|biggest|most average|avg|mean {some} $",
        "average {some} by {groups} , highest first",
    ),
    phrase(
        "^ the? {group} with the? lowest|smallest|least average|avg|mean {some} $",
        "average {some} by {group} , lowest first , limit 1",
    ),
    phrase(
        "^ the? {group} with the? highest|largest|biggest|most average|avg|mean {some} $",
        "average {some} by {group} , highest first , limit 1",
    ),
    phrase(
        "top {n} {groups} by|with|on the? highest? average|avg|mean {some} $",
        "average {some} by {groups} , highest first , limit {n}",
    ),
    phrase(
        "bottom {n} {groups} by|with|on the? lowest? average|avg|mean {some} $",
        "average {some} by {groups} , lowest first , limit {n}",
    ),
    phrase(
        "^ the|our? {groups} ranked|sorted|ordered? by the|their? average|avg|mean {some} $",
        "average {some} by {groups}",
    ),
    phrase("lowest|smallest average|avg|mean {some} by|per {k} $", "average {some} by {k} , lowest first"),
    phrase(", {n} of them|those $", ", limit {n}"),
    phrase(", {n} rows|results|entries $", ", limit {n}"),
    phrase("highest-cost|high-cost-first", "most expensive"),
    phrase("lowest-cost", "cheapest"),
    phrase("in terms of", "by"),
    phrase("cost|price wise $", "by cost"),
    phrase("top {n} expensive|costly|pricey", "{n} most expensive"),
    phrase("top expensive|costly|pricey", "most expensive"),
    phrase("{top-n}", "{top-n}"),
    phrase("{n} of the|our", "the {n}"),
    phrase("the? most recent|recently created|launched? {n}", "{n} newest"),
    phrase("used the? most", "uses the most"),
    phrase("used the? least", "uses the least"),
    phrase("distribution|spread|split of {some} across|over|among|between all? the|our? {ks}", "{some} by {ks}"),
    phrase("^ the|our|all? {groups} by|with the|their? number|count of {some} $", "number of {some} by {groups}"),
    phrase("the|our {n} {groups} with the? most|highest|largest", "top {n} {groups} with the most"),
    phrase(
        "top {n} instance types by|in count|number|usage|quantity",
        "top {n} instance types with the most instances",
    ),
    phrase(
        "the|our? {n} most common|used|popular|frequent|widespread instance types",
        "top {n} instance types with the most instances",
    ),
    phrase(
        "what|which? is? the|our? most common|used|popular|frequent|widespread instance type|size",
        "which instance type has the most instances",
    ),
    phrase(
        "which|what instance type|size is the? most common|used|popular|frequent|widespread",
        "which instance type has the most instances",
    ),
    phrase(
        "which|what instance type|size do|is we? used? use? the? most $",
        "which instance type has the most instances",
    ),
    phrase(
        "what|which? is? the|our? least common|used|popular|frequent instance type|size",
        "which instance type has the fewest instances",
    ),
    phrase(
        "what|which? is? the|our? most common|used|popular|frequent volume|disk type",
        "which volume type has the most volumes",
    ),
    phrase(
        "what|which? is? the|our? most common|used|popular|frequent database? engine",
        "which engine has the most databases",
    ),
    phrase(
        "what|which? is? the|our? most common|used|popular|frequent runtime",
        "which runtime has the most functions",
    ),
    phrase("biggest|largest volume|disk size", "maximum volume size"),
    phrase("smallest volume|disk size", "minimum volume size"),
    phrase("how many vcpus|cores are running|in use $", "how many vcpus do running instances have"),
    // Over time.
    phrase("as a? time series|timeseries", "trend"),
    phrase("as a? timeseries|trend|curve", "trend"),
    phrase("time series of?", "trend"),
    phrase("timeseries of?", "trend"),
    phrase("{money} curve|evolution|progression|trajectory|timeline|history|movement|development", "{money} trend"),
    phrase("the? evolution|progression|trajectory|course|history of", "trend of"),
    phrase("on an|a? {adverb} basis", "{adverb}"),
    phrase(
        "at|with|in|to an|a|the? {adverb} granularity|resolution|steps|intervals|increments|interval|detail|buckets",
        "{adverb}",
    ),
    phrase("over|through|throughout the {units}", "by {units}"),
    phrase("{unit} after|on|to {same}", "{unit} by {unit}"),
    phrase(
        "how the|our|total|cloud? {money} evolved|evolves|developed|develops|trended|trends|progressed",
        "{money} trend",
    ),
    phrase(
        "how the|our|total|cloud? {money} evolved|evolves|developed|develops|trended|trends|progressed {unit} over|on|by|to|after {same}",
        "{money} by {unit}",
    ),
    phrase(
        "evolution|development|trend|course|evolved|developed|trended|evolve|develop|progressed {unit} over|on|to|by|after {same}",
        "by {unit}",
    ),
    phrase("^ the? development of", "trend of"),
    phrase("burn rate|rates by|per|each {unit}", "spend by {unit}"),
    phrase("{adverb} burn-rate", "{adverb} spend"),
    // Money.
    phrase(
        "cost|costs|spend|charges|expenses|spending incurred|caused|generated|accrued|produced|driven|run|racked up? by",
        "cost of",
    ),
    phrase(
        "cost|costs|spend|charges|expenses|spending|expenditure that? is|are|was|were? attributable|attributed|related|relating|pertaining|tied|linked|due|connected|associated to|with",
        "cost for",
    ),
    phrase("spot usage cost|costs", "spot cost"),
    phrase("spot usage spend", "spot spend"),
    phrase("on-demand usage cost|costs", "on-demand cost"),
    phrase("on-demand usage spend", "on-demand spend"),
    phrase("committed usage cost|costs", "committed cost"),
    phrase("committed usage spend", "committed spend"),
    phrase("reserved usage cost|costs", "reserved cost"),
    phrase("reserved usage spend", "reserved spend"),
    unless("consume|consumes", "spend", THINGS),
    unless("consumed", "spent", THINGS),
    phrase("^ showback|chargeback|show-back|charge-back report|view|table|figures? by|per|for", "cost by"),
    phrase("everything|all|anything but|except|excluding|without|besides tax|taxes|vat", "spend without tax"),
    phrase("everything|all|anything but|except|excluding|without|besides credits", "spend without credits"),
    phrase("everything|all|anything but|except|excluding|without|besides purchases", "spend without purchases"),
    phrase("everything|all|anything but|except|excluding|without|besides corrections", "spend without corrections"),
    phrase("everything|all|anything but|except|excluding|without|besides adjustments", "spend without adjustments"),
    phrase("high confidence", "high-confidence"),
    phrase("medium confidence", "medium-confidence"),
    phrase("^ month-end|quarter-end|year-end? close|closing $", ""),
    phrase("month-end|quarter-end|year-end? close|closing $", ""),
    phrase("by|per cc|ccs", "by cost center"),
    phrase(
        "^ cost centre|center split|breakdown|report|view|costs|spend|spending|overview|allocation for|of|in?",
        "spend by cost center",
    ),
    phrase("cost centre|center by cost centre|center", "by cost center"),
    only(",? on average $", "", "cpu memory utilisation utilization"),
    phrase("peak cpu by|per", "maximum cpu by"),
    only("do|does the|our {groups} have|own|run|use|hold|operate", "by {groups}", "many much number count total"),
    phrase("do|does|has|have each|every {k} have|own|use|run|operate|hold|got", "by {k}"),
    phrase("savings|saving potential", "savings"),
    phrase("what|how much? can|could|might we|i save by|per|for each? {k}", "savings by {k}"),
    phrase("what|how much? can|could|might each|every {group} save", "savings by {group}"),
    phrase("that|which save|saves", "saving"),
    only("worth", "saving", "recommendations recommendation recs savings"),
    phrase(
        "recommendations for|about|on|regarding|concerning unattached|detached|orphaned volumes|disks",
        "recommendations with rule unattached_volume",
    ),
    phrase(
        "recommendations for|about|on|regarding|concerning gp2 volumes|disks?",
        "recommendations with rule gp2_volume",
    ),
    phrase(
        "recommendations for|about|on|regarding|concerning idle instances|vms|machines|servers",
        "recommendations with rule idle_instance",
    ),
    phrase(
        "recommendations for|about|on|regarding|concerning underused|under-used|underutilised|underutilized instances|vms|machines|servers",
        "recommendations with rule under_used_instance",
    ),
    phrase(
        "recommendations for|about|on|regarding|concerning old|older|previous generation instances|vms|machines|servers",
        "recommendations with rule old_generation_instance",
    ),
    phrase("recommendations for|about|on|regarding|concerning old snapshots", "recommendations with rule old_snapshot"),
    phrase(
        "recommendations for|about|on|regarding|concerning orphaned snapshots",
        "recommendations with rule orphaned_snapshot",
    ),
    phrase(
        "recommendations for|about|on|regarding|concerning unused|unassociated|idle public ips|addresses",
        "recommendations with rule unassociated_public_ip",
    ),
    only("who is|are spending|spends on", "spend on", "by per"),
    phrase("vat or|and|/ tax|taxes|gst", "tax"),
    phrase("tax|taxes or|and|/ vat|gst", "tax"),
    only("software? marketplace publishers|vendors|sellers", "", "publisher publishers"),
    only("what did|do marketplace publishers|vendors|sellers charge us", "what did we spend", "publisher publishers"),
    phrase("what|which? amount|amounts was|were? refunded|credited to us? as credits|credit", "credits received"),
    phrase("refunded to us? as credits|credit", "credits received"),
    phrase("what|how much? could|can|might|would be saved|saves in? total?|overall|altogether", "total savings"),
    phrase("what|how much? could|can|might|would we|i|you save in? total?|overall|altogether", "total savings"),
    phrase("dollars|usd|euros|bucks each|apiece", "dollars"),
    phrase("of a|an|any? single|individual {k}", "of {k}"),
    phrase("recs", "recommendations"),
    phrase("that? nobody|noone has|have? touched|modified|changed|updated|deployed", "not modified"),
    phrase("stopped since before", "stopped before"),
    phrase(
        "the? whole|entire|full|complete aws|amazon estate|footprint|landscape|environment|fleet",
        "all resources in aws",
    ),
    phrase(
        "the? whole|entire|full|complete azure|microsoft estate|footprint|landscape|environment|fleet",
        "all resources in azure",
    ),
    phrase("amount due for|on|of invoice", "billed cost of invoice"),
    // Words of queries.
    phrase("sum , {k} ,", "sum of {k}"),
    phrase("avg|mean|average , {k} ,", "average {k}"),
    phrase("max|maximum , {k} ,", "maximum {k}"),
    phrase("min|minimum , {k} ,", "minimum {k}"),
    phrase("count , distinct {k} ,", "number of distinct {k}"),
    phrase("count , * ,", "count"),
    phrase("distinct|unique count of|by", "number of distinct"),
    phrase("count|number of unique|different", "number of distinct"),
    phrase("count distinct|unique", "number of distinct"),
    phrase("cardinality of {k} in|of|for|across|over|among", "number of distinct {k} of"),
    phrase("number|count of rows|records|entries in|of|for|from|per", "number of"),
    phrase("^ rows|records|entries of|from|in|for", ""),
    phrase("by|per {unit} of creation|launch", "created per {unit}"),
    phrase("by|per creation {unit}", "created per {unit}"),
    phrase("by|per {unit} they were created|made|taken", "created per {unit}"),
    phrase(
        "frequency|frequencies|distribution|histogram|tally of each|the? {k} in|among|across|over {some} $",
        "number of {some} by {k}",
    ),
    only("and|, then? count|tally them|these|it|those $", "", "by per group grouped"),
    phrase("with|where|have|has|having|whose {k} null|nil|empty", "where {k} is null"),
    phrase("in , {j} , {l} ,?", "= {j} or {l}"),
    phrase("not in ,? {j} , {l} ,?", "is neither {j} nor {l}"),
    only("per|by {unit} first seen|found|detected|discovered", "by {unit}", "findings"),
    only(", lowest|smallest|least {n} $", "ascending , limit {n}", "ordered sorted ranked"),
    only(", highest|largest|top {n} $", "descending , limit {n}", "ordered sorted ranked"),
    phrase("provisioned|allocated|configured per", "by"),
    phrase("among|amongst all? of? the|our", "of"),
    phrase("over|across all? the|our? {noun}", "of {noun}"),
    only(", rows ,", "", "charges"),
    phrase("oldest|earliest|first created_at", "minimum created_at"),
    phrase("newest|latest|last created_at", "maximum created_at"),
    phrase("newest|latest|last|most recent? launch time|date by|per", "maximum launched_at by"),
    phrase("oldest|earliest|first launch time|date by|per", "minimum launched_at by"),
    phrase("oldest|earliest|first creation time|date by|per", "minimum created_at by"),
    phrase("newest|latest|last creation time|date by|per", "maximum created_at by"),
    // What it is for, and how it is begun.
    phrase("for|towards {paper}", ""),
    phrase("in? preparation|preparing for|of {paper}", ""),
    phrase("ahead of {paper}", ""),
    phrase("as an? input|material|data for|to|into {paper}", ""),
    phrase("as part of {paper}", ""),
    phrase("needed|required|wanted|intended|meant for {paper}", ""),
    phrase(
        "^ i'm|we're|i|we am|are? preparing|compiling|building|writing|doing|finalising|finalizing|updating|drafting|closing|assembling {paper} and|so i|we|now? need|want|require|would|must|should to|like? have|see|know|show|get|include|add?",
        "",
    ),
    phrase(
        "^ i'm|we're|i|we am|are? working on {paper} and|so i|we|now? need|want|require|would|must|should to|like? have|see|know|show|get|include|add?",
        "",
    ),
    phrase("where do|are we stand|standing|at? on|with|regarding|for", "what is the"),
    phrase("what is|what's our|the position|status|standing|situation on|of|for|regarding", "what is the"),
    phrase("give|paint|get me|us? a|an picture|view|idea|sense|feel|impression of|for|about|on", "show"),
    phrase("may|might|could|can i|we ask for", "show"),
    phrase(
        "^ i|we should|would|shall|will be|feel grateful|obliged|glad|thankful|pleased for|to|if i|we? have|see|receive|get?",
        "",
    ),
    phrase("^ for my|our|the 1:1|1-1|one-on-one|1-on-1|catch-up|chat with {k} $", ""),
];
